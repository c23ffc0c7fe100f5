package auth

import (
	"net/http"
	"time"
)

// SignAt is SignRequest at a given time.
func SignAt(req *http.Request, body []byte, accessKey, secretKey, region string, now time.Time) error {
	return signAt(req, body, accessKey, secretKey, region, service, now)
}
