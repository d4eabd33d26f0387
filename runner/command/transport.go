package command

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/authority"
	"github.com/seed-11445fa1/referee/runner/config"
)

// transportFlags say how https is spoken to a receiver.
type transportFlags struct {
	ca, serverName, clientCA, clientCAKey string
}

// transport adds these flags to a command that is not run.
func (t *transportFlags) transport(flags *pflag.FlagSet) {
	config.MustDeclare(flags, "ca", &t.ca)
	config.MustDeclare(flags, "server-name", &t.serverName)
	config.MustDeclare(flags, "client-ca", &t.clientCA)
	config.MustDeclare(flags, "client-ca-key", &t.clientCAKey)
}

// secure reads what the flags name into the options of a platform.
func (t *transportFlags) secure(o *mockplatform.Options) (err error) {
	o.TLS, o.ClientCA, err = t.read()
	return err
}

// meta is how Meta speaks TLS to a receiver, with its client certificate if the
// flags name a CA for that.
func (t *transportFlags) meta() (*tls.Config, error) {
	config, clients, err := t.read()
	if err != nil || clients == nil {
		return config, err
	}
	return clients.ShowMeta(config)
}

// read reads what the flags name. There may be no CA of client certificates.
func (t *transportFlags) read() (config *tls.Config, clients *authority.Authority, err error) {
	if strings.ContainsAny(t.serverName, ":/ ") {
		return nil, nil, fmt.Errorf("--server-name is %q; give the host alone, such as bot.example.com", t.serverName)
	}
	config = &tls.Config{ServerName: t.serverName}
	if t.ca != "" {
		if config.RootCAs, err = readRoots("--ca", t.ca); err != nil {
			return nil, nil, err
		}
	}
	switch {
	case t.clientCA != "" && t.clientCAKey != "":
		clients, err = readClientCA(t.clientCA, t.clientCAKey, time.Now())
	case t.clientCA != "" || t.clientCAKey != "":
		err = errors.New("--client-ca and --client-ca-key go together: client certificates are issued with both; `referee client-ca` makes them")
	}
	return config, clients, err
}

// readRoots reads the CA certificates in the file that a flag names.
func readRoots(flag, file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; name a file with CA certificates in PEM", flag, err)
	}
	pool, found := x509.NewCertPool(), false
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: a certificate in %s cannot be read: %s", flag, file, strings.TrimPrefix(err.Error(), "x509: "))
		}
		pool.AddCert(cert)
		found = true
	}
	if !found {
		return nil, fmt.Errorf("%s: %s has no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----", flag, file)
	}
	return pool, nil
}

// readClientCA reads the CA that client certificates come from.
func readClientCA(certFile, keyFile string, now time.Time) (*authority.Authority, error) {
	cert, err := os.ReadFile(certFile)
	if err != nil {
		return nil, fmt.Errorf("--client-ca: %w; `referee client-ca` makes one", err)
	}
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, fmt.Errorf("--client-ca-key: %w; `referee client-ca` makes one", err)
	}
	ca, err := authority.Parse(cert, key)
	if err != nil {
		return nil, fmt.Errorf("--client-ca %s with --client-ca-key %s: %w; `referee client-ca` makes both", certFile, keyFile, err)
	}
	if end := ca.Certificate().NotAfter; now.After(end) {
		return nil, fmt.Errorf("--client-ca: the CA in %s expired on %s; `referee client-ca --force` makes another, which the receiver has to trust", certFile, end.UTC().Format(time.DateOnly))
	}
	return ca, nil
}
