package fabric

import (
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/mtbwiki/mtbwiki/identity"
)

// openUserPool opens the local user pool of a data directory for a site at publicURL.
func openUserPool(dataDir, publicURL string, log *slog.Logger) (*identity.Pool, error) {
	return identity.Open(identity.Config{
		Dir: filepath.Join(dataDir, "identity"), Issuer: publicURL + "/identity", Title: "MTB Wiki",
		AllowHTTP: strings.HasPrefix(publicURL, "http://"),
		Log:       log,
		// Whoever signs in through a proxy on this machine counts by himself.
		ClientAddress: clientAddress,
		Clients: []identity.Client{{
			ID:           siteClient,
			RedirectURIs: []string{publicURL + "/sign-in/callback"},
			LogoutURIs:   []string{publicURL + "/signed-out", publicURL + "/"},
		}},
	})
}

// OpenUserPool opens the local user pool of a data directory, to manage its
// accounts; a server that runs on the same directory sees the changes.
func OpenUserPool(dataDir, publicURL string, log *slog.Logger) (*identity.Pool, error) {
	if err := prepareDataDir(dataDir); err != nil {
		return nil, err
	}
	return openUserPool(dataDir, strings.TrimSuffix(publicURL, "/"), log)
}
