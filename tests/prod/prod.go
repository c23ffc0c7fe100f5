// Package prod is the suite of Prod: what every stage has to do, read only. It makes
// nothing and needs no token.
package prod

import (
	"context"
	"fmt"
	"strings"

	"github.com/mtbwiki/mtbwiki/tests/smoke"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

// Checks of Prod.
func Checks() []utils.Check {
	return append(smoke.Checks(),
		utils.Check{Name: "search engines may read the real places", Needs: []utils.Need{utils.NeedsSite}, Run: robots},
	)
}

func robots(ctx context.Context, t *utils.Target) error {
	status, _, text, err := t.Page(ctx, "/robots.txt")
	if err != nil {
		return err
	}
	if status != 200 || !strings.Contains(text, "User-agent:") || strings.Contains(text, "Disallow: /\n") {
		return fmt.Errorf("status %d: %.300s", status, text)
	}
	return nil
}
