// Package dataapi administers a cluster through the RDS Data API: the roles of the
// wiki and the passwords of the API's users. It needs no network to the database.
package dataapi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata/types"

	"github.com/mtbwiki/mtbwiki/database"
)

// The users that the API signs in as by turns, so that the one in use keeps its
// password while the other one gets a new one.
const (
	APIUser       = database.RoleAPI
	AlternateUser = database.RoleAPI + "_alternate"
)

// Other is the user whose turn is next.
func Other(user string) (string, error) {
	switch user {
	case APIUser:
		return AlternateUser, nil
	case AlternateUser:
		return APIUser, nil
	}
	return "", fmt.Errorf("the secret names the user %q; it must be %s or %s", user, APIUser, AlternateUser)
}

// Cluster is a database reached as the user of a secret.
type Cluster struct {
	Client     *rdsdata.Client
	ClusterARN string
	SecretARN  string
	Database   string
}

// resumePause is the time between two attempts at a cluster that wakes up, which
// takes about 15 s.
var resumePause = 2 * time.Second

// awake calls f until the cluster answers, as long as ctx lasts: a paused one wakes up
// by being asked.
func awake(ctx context.Context, f func() error) error {
	for {
		err := f()
		var resuming *types.DatabaseResumingException
		if !errors.As(err, &resuming) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w while waiting for the cluster to wake up: %w", ctx.Err(), err)
		case <-time.After(resumePause):
		}
	}
}

// Run runs a statement by itself, for those that can't stand in a transaction, and
// returns the values of the first column of its rows, which must be text.
func (c *Cluster) Run(ctx context.Context, sql string) (values []string, err error) {
	err = awake(ctx, func() error {
		out, err := c.Client.ExecuteStatement(ctx, &rdsdata.ExecuteStatementInput{
			ResourceArn: aws.String(c.ClusterARN), SecretArn: aws.String(c.SecretARN), Database: aws.String(c.Database), Sql: aws.String(sql),
		})
		if err != nil {
			return err
		}
		values = nil
		for _, record := range out.Records {
			if v, ok := record[0].(*types.FieldMemberStringValue); ok {
				values = append(values, v.Value)
			}
		}
		return nil
	})
	return values, err
}

// InTransaction calls f in a transaction, which it commits when f has no error. It
// waits for a paused cluster as long as ctx lasts.
func (c *Cluster) InTransaction(ctx context.Context, f func(*Transaction) error) (err error) {
	var id *string
	err = awake(ctx, func() error {
		out, err := c.Client.BeginTransaction(ctx, &rdsdata.BeginTransactionInput{
			ResourceArn: aws.String(c.ClusterARN), SecretArn: aws.String(c.SecretARN), Database: aws.String(c.Database),
		})
		if err == nil {
			id = out.TransactionId
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := f(&Transaction{c, id}); err != nil {
		_, rollbackErr := c.Client.RollbackTransaction(context.WithoutCancel(ctx), &rdsdata.RollbackTransactionInput{
			ResourceArn: aws.String(c.ClusterARN), SecretArn: aws.String(c.SecretARN), TransactionId: id,
		})
		return errors.Join(err, rollbackErr)
	}
	_, err = c.Client.CommitTransaction(ctx, &rdsdata.CommitTransactionInput{
		ResourceArn: aws.String(c.ClusterARN), SecretArn: aws.String(c.SecretARN), TransactionId: id,
	})
	return err
}

// Transaction is an open one.
type Transaction struct {
	cluster *Cluster
	id      *string
}

// Run runs a statement with text parameters and returns the first value of its
// first row, if that is text.
func (t *Transaction) Run(ctx context.Context, sql string, parameters map[string]string) (string, error) {
	in := &rdsdata.ExecuteStatementInput{
		ResourceArn: aws.String(t.cluster.ClusterARN), SecretArn: aws.String(t.cluster.SecretARN),
		Database: aws.String(t.cluster.Database), TransactionId: t.id, Sql: aws.String(sql),
	}
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		in.Parameters = append(in.Parameters, types.SqlParameter{
			Name: aws.String(name), Value: &types.FieldMemberStringValue{Value: parameters[name]},
		})
	}
	out, err := t.cluster.Client.ExecuteStatement(ctx, in)
	if err != nil {
		return "", err
	}
	if len(out.Records) > 0 && len(out.Records[0]) > 0 {
		if v, ok := out.Records[0][0].(*types.FieldMemberStringValue); ok {
			return v.Value, nil
		}
	}
	return "", nil
}

// MakeRoles makes the roles of the wiki, lets migrator and jobs sign in by IAM, and
// makes the API's second user. A second run changes nothing.
func (t *Transaction) MakeRoles(ctx context.Context) error {
	for _, sql := range append(database.RoleStatements(), iamSQL, alternateSQL) {
		if _, err := t.Run(ctx, sql, nil); err != nil {
			return err
		}
	}
	return nil
}

// iamSQL: members of rds_iam, which is RDS's own role, sign in with a token of IAM
// and with no password any more. The API's users must not be members.
const iamSQL = `GRANT rds_iam TO mtbwiki_migrator, mtbwiki_jobs`

// alternateSQL makes the second user of the API: it has what mtbwiki_api has, by
// membership, and the same settings, which membership doesn't give.
const alternateSQL = `
DO $$
DECLARE
  r record;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mtbwiki_api_alternate') THEN
    CREATE ROLE mtbwiki_api_alternate LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
  IF NOT pg_has_role('mtbwiki_api_alternate', 'mtbwiki_api', 'MEMBER') THEN
    GRANT mtbwiki_api TO mtbwiki_api_alternate;
  END IF;
  FOR r IN
    SELECT split_part(c, '=', 1) AS setting, substr(c, strpos(c, '=') + 1) AS value
    FROM pg_db_role_setting s
    JOIN pg_roles p ON p.oid = s.setrole
    CROSS JOIN unnest(s.setconfig) c
    WHERE s.setdatabase = 0
      AND p.rolname = 'mtbwiki_api'
  LOOP
    EXECUTE format('ALTER ROLE mtbwiki_api_alternate SET %I = %L', r.setting, r.value);
  END LOOP;
END
$$`

// SetPassword gives one of the API's users a password. The database gets its
// verifier, as a parameter: neither stands in SQL, and so in no log.
func (t *Transaction) SetPassword(ctx context.Context, user, password string) error {
	if _, err := Other(user); err != nil {
		return err
	}
	verifier, err := database.ScramVerifier(password)
	if err != nil {
		return fmt.Errorf("password of the user %s: %w", user, err)
	}
	_, err = t.Run(ctx, `SELECT set_config('mtbwiki.user', CAST(:user AS text), true), set_config('mtbwiki.verifier', CAST(:verifier AS text), true)`,
		map[string]string{"user": user, "verifier": verifier})
	if err != nil {
		return err
	}
	_, err = t.Run(ctx, `
DO $$
BEGIN
  EXECUTE format('ALTER ROLE %I PASSWORD %L', current_setting('mtbwiki.user'), current_setting('mtbwiki.verifier'));
END
$$`, nil)
	return err
}
