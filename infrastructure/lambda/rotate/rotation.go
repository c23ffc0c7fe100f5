package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/dataapi"
)

// Stages of a secret's versions.
const (
	current = "AWSCURRENT"
	pending = "AWSPENDING"
)

// rotation rotates one secret.
type rotation struct {
	Admin           dataapi.Cluster
	Secrets         *secretsmanager.Client
	APISecretARN    string
	CandidatePrefix string // of the names of secrets that stand while a password is tried
	KeyARN          string // encrypts those
}

// step is one of the four of a rotation. Each may be called again, after a failure
// or because Secrets Manager calls at least once; a step that was done changes nothing.
func (r *rotation) step(ctx context.Context, step, secret, token string) error {
	do, ok := map[string]func(context.Context, string) error{
		"createSecret": r.create, "setSecret": r.set, "testSecret": r.test, "finishSecret": r.finish,
	}[step]
	if !ok {
		return fmt.Errorf("there is no step %q in a rotation", step)
	}
	if secret != r.APISecretARN {
		return fmt.Errorf("asked to rotate %s, but this Lambda is for %s", secret, r.APISecretARN)
	}
	described, err := r.Secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(secret)})
	if err != nil {
		return fmt.Errorf("%s: %w", step, err)
	}
	stages, ok := described.VersionIdsToStages[token]
	switch {
	case !aws.ToBool(described.RotationEnabled):
		return fmt.Errorf("%s: rotation of the secret is off", step)
	case !ok:
		return fmt.Errorf("%s: the secret has no version %s", step, token)
	case slices.Contains(stages, current):
		return nil // finished before
	case !slices.Contains(stages, pending):
		return fmt.Errorf("%s: the version %s is not %s", step, token, pending)
	}
	if err := do(ctx, token); err != nil {
		return fmt.Errorf("%s: %w", step, err)
	}
	return nil
}

// create makes up the other user's password and keeps it as the pending version.
func (r *rotation) create(ctx context.Context, token string) error {
	var missing *types.ResourceNotFoundException
	_, err := dataapi.ReadSecret(ctx, r.Secrets, r.APISecretARN, pending, token)
	if err == nil {
		return nil // made before, and perhaps set already
	}
	if !errors.As(err, &missing) {
		return err
	}
	now, err := dataapi.ReadSecret(ctx, r.Secrets, r.APISecretARN, current, "")
	if err != nil {
		return err
	}
	next := dataapi.Credentials{Password: password()}
	if next.Username, err = dataapi.Other(now.Username); err != nil {
		return err
	}
	text, err := next.String()
	if err != nil {
		return err
	}
	_, err = r.Secrets.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{
		SecretId: aws.String(r.APISecretARN), ClientRequestToken: aws.String(token),
		SecretString: aws.String(text), VersionStages: []string{pending},
	})
	return err
}

// password has 48 letters and digits of base32, 240 bits.
func password() string {
	text := ""
	for len(text) < 48 {
		text += rand.Text()
	}
	return text[:48]
}

// next reads the pending credentials and refuses those of the user in use: a new
// password would lock the API out.
func (r *rotation) next(ctx context.Context, token string) (dataapi.Credentials, error) {
	next, err := dataapi.ReadSecret(ctx, r.Secrets, r.APISecretARN, pending, token)
	if err != nil {
		return next, err
	}
	now, err := dataapi.ReadSecret(ctx, r.Secrets, r.APISecretARN, current, "")
	if err != nil {
		return next, err
	}
	want, err := dataapi.Other(now.Username)
	if err != nil {
		return next, err
	}
	if next.Username != want {
		return next, fmt.Errorf("the pending version is of the user %q; %s is in use, so it must be %s", next.Username, now.Username, want)
	}
	return next, nil
}

// set gives the password to the database.
func (r *rotation) set(ctx context.Context, token string) error {
	next, err := r.next(ctx, token)
	if err != nil {
		return err
	}
	return r.Admin.InTransaction(ctx, func(tx *dataapi.Transaction) error {
		return tx.SetPassword(ctx, next.Username, next.Password)
	})
}

// test signs in with the pending credentials. The Data API reads a secret's current
// version and no other, so they stand in a secret of their own meanwhile, with a
// new name each time, because nobody says how long the Data API remembers.
//
// Secrets Manager also calls this step alone when rotation is switched on, with the
// credentials in use as the pending ones; trying those does no harm.
func (r *rotation) test(ctx context.Context, token string) (err error) {
	next, err := dataapi.ReadSecret(ctx, r.Secrets, r.APISecretARN, pending, token)
	if err != nil {
		return err
	}
	if _, err := dataapi.Other(next.Username); err != nil {
		return err
	}
	text, err := next.String()
	if err != nil {
		return err
	}
	candidate, err := r.Secrets.CreateSecret(ctx, &secretsmanager.CreateSecretInput{
		Name:         aws.String(r.CandidatePrefix + rand.Text()),
		Description:  aws.String("Tried by the rotation of the API's password; it stands for seconds. One that stays was left by a Lambda that was killed: delete it"),
		KmsKeyId:     aws.String(r.KeyARN),
		SecretString: aws.String(text),
	})
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_, deleteErr := r.Secrets.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{
			SecretId: candidate.ARN, ForceDeleteWithoutRecovery: aws.Bool(true),
		})
		err = errors.Join(err, deleteErr)
	}()
	as := r.Admin
	as.SecretARN = aws.ToString(candidate.ARN)
	return as.InTransaction(ctx, func(tx *dataapi.Transaction) error {
		// Signing in is not all: the API's user must also be able to read.
		user, err := tx.Run(ctx, `SELECT CAST(current_user AS text) WHERE has_schema_privilege('api', 'USAGE')`, nil)
		if err != nil {
			return err
		}
		if user != next.Username {
			return fmt.Errorf("signed in as %s, the database says user %q with the right to use the API's functions", next.Username, user)
		}
		return nil
	})
}

// finish makes the pending version the current one.
func (r *rotation) finish(ctx context.Context, token string) error {
	described, err := r.Secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(r.APISecretARN)})
	if err != nil {
		return err
	}
	in := &secretsmanager.UpdateSecretVersionStageInput{
		SecretId: aws.String(r.APISecretARN), VersionStage: aws.String(current), MoveToVersionId: aws.String(token),
	}
	for version, stages := range described.VersionIdsToStages {
		if slices.Contains(stages, current) {
			in.RemoveFromVersionId = aws.String(version)
		}
	}
	_, err = r.Secrets.UpdateSecretVersionStage(ctx, in)
	return err
}
