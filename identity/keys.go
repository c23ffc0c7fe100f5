package identity

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-jose/go-jose/v4"
)

const signingKeyBits = 2048

// loadKeys reads the signing key and the form key, making them when they are
// missing. It must be called under the lock, so that two processes that start
// together agree.
func (p *Pool) loadKeys() error {
	key, err := loadSigningKey(filepath.Join(p.cfg.Dir, "signing-key.pem"))
	if err != nil {
		return err
	}
	p.key = key
	thumbprint, err := (&jose.JSONWebKey{Key: key.Public()}).Thumbprint(crypto.SHA256) // RFC 7638
	if err != nil {
		return err
	}
	p.kid = base64.RawURLEncoding.EncodeToString(thumbprint)
	p.signer, err = jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: p.kid}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return err
	}
	p.formKey, err = loadFormKey(filepath.Join(p.cfg.Dir, "form-key"))
	return err
}

func loadSigningKey(path string) (*rsa.PrivateKey, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeSigningKey(path)
	}
	if err != nil {
		return nil, err
	}
	block, rest := pem.Decode(data)
	if block == nil || block.Type != "PRIVATE KEY" || len(rest) != 0 {
		return nil, fmt.Errorf("%s is not a PEM private key; restore it, or delete it to sign everybody out and start with a new one", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok || key.N.BitLen() < signingKeyBits {
		return nil, fmt.Errorf("%s is not an RSA key of at least %d bits, which RS256 needs", path, signingKeyBits)
	}
	return key, nil
}

func makeSigningKey(path string) (*rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, signingKeyBits)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := writeFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})); err != nil {
		return nil, err
	}
	return key, nil
}

// loadFormKey keeps the key across restarts, so that a form that was open
// meanwhile still works.
func loadFormKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key = make([]byte, 32)
		if _, err := rand.Read(key); err != nil {
			return nil, err
		}
		return key, writeFile(path, key)
	}
	if err != nil {
		return nil, err
	}
	if len(key) != 32 {
		return nil, fmt.Errorf("%s has %d bytes instead of 32; delete it and a new one is made", path, len(key))
	}
	return key, nil
}

// JWKS returns the public key set that verifies the pool's tokens, the same that
// the endpoint .well-known/jwks.json serves.
func (p *Pool) JWKS() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{
		Key:       p.key.Public(),
		KeyID:     p.kid,
		Algorithm: string(jose.RS256),
		Use:       "sig",
	}}}
}
