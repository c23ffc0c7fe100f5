package dataapi_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/awstest"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/dataapi"
)

func TestOther(t *testing.T) {
	t.Parallel()
	for user, want := range map[string]string{"mtbwiki_api": "mtbwiki_api_alternate", "mtbwiki_api_alternate": "mtbwiki_api"} {
		if got, err := dataapi.Other(user); got != want || err != nil {
			t.Errorf("after %s: %s, %v", user, got, err)
		}
	}
	if _, err := dataapi.Other("mtbwiki_owner"); err == nil {
		t.Error("the owner may get a password")
	}
}

func TestTransaction(t *testing.T) {
	t.Parallel()
	c := awstest.NewCluster(t)
	admin := &dataapi.Cluster{Client: c.Data, ClusterARN: awstest.ClusterARN, SecretARN: awstest.AdminSecretARN, Database: awstest.Database}
	count := func() (n string) {
		err := admin.InTransaction(t.Context(), func(tx *dataapi.Transaction) (err error) {
			n, err = tx.Run(t.Context(), "SELECT CAST(count(*) AS text) FROM pg_roles WHERE rolname LIKE 'mtbwiki_api%'", nil)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}

	broken := errors.New("no")
	err := admin.InTransaction(t.Context(), func(tx *dataapi.Transaction) error {
		if err := tx.MakeRoles(t.Context()); err != nil {
			t.Error(err)
		}
		return broken
	})
	if !errors.Is(err, broken) || count() != "0" {
		t.Errorf("got %v and %s roles, want the error and nothing left", err, count())
	}

	// A paused cluster is waited for, as long as there is time.
	c.Resuming = 1
	if count() != "0" {
		t.Error("roles")
	}
	c.Resuming = 1000
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err = admin.InTransaction(ctx, func(*dataapi.Transaction) error { t.Error("called"); return nil })
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "resuming") {
		t.Errorf("got %v", err)
	}
	c.Resuming = 0

	err = admin.InTransaction(t.Context(), func(tx *dataapi.Transaction) error {
		return tx.SetPassword(t.Context(), "mtbwiki_owner", "long enough")
	})
	if err == nil {
		t.Error("the owner got a password")
	}
}
