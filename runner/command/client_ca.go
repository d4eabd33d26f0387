package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/mockplatform/authority"
	"github.com/seed-11445fa1/referee/runner/report"
)

// clientCAYears is how long a client CA lives that a receiver trusts over many
// runs.
const clientCAYears = 2

func newClientCA(h *Host) *cobra.Command {
	var certFile, keyFile string
	var force bool
	cmd := &cobra.Command{
		Use:   "client-ca",
		Short: "Make the CA that stands for Meta's with mTLS",
		Long: `Make the CA that a receiver with mTLS has to trust in the place of Meta's, for
runs against a receiver that runs already. Runs issue from it the client
certificate that they show, and those that have to be refused.

Let no receiver in production trust it: whoever has the key can pass for Meta.`,
		Example: `  referee client-ca
  referee run --url https://localhost:3000/webhook --features mtls \
      --client-ca client-ca.pem --client-ca-key client-ca-key.pem`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			for _, file := range []string{certFile, keyFile} {
				if _, err := os.Lstat(file); err == nil && !force {
					return fmt.Errorf("%s exists, and receivers may trust it; --force replaces it, --client-ca and --client-ca-key name other files", file)
				}
			}
			return trouble(writeClientCA(h, certFile, keyFile))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&certFile, "client-ca", "client-ca.pem", "the `FILE` for the CA's certificate, which the receiver has to trust")
	flags.StringVar(&keyFile, "client-ca-key", "client-ca-key.pem", "the `FILE` for the CA's key, which only runs need")
	flags.BoolVar(&force, "force", false, "replace files that are there")
	return cmd
}

// writeClientCA makes a CA and writes its two files.
func writeClientCA(h *Host, certFile, keyFile string) error {
	now := time.Now()
	ca, err := authority.NewClientCA(now, now.AddDate(clientCAYears, 0, 0).Sub(now))
	if err != nil {
		return err
	}
	key, err := ca.KeyPEM()
	if err != nil {
		return err
	}
	if err := report.WriteSecretFile(keyFile, text(key)); err != nil {
		return err
	}
	if err := report.WriteFile(certFile, text(ca.PEM())); err != nil {
		return errors.Join(err, os.Remove(keyFile)) // it fits no certificate
	}
	_, err = fmt.Fprintf(h.Stdout, "wrote %s, which the receiver has to trust, and %s, which a run needs too\n", report.Clean(certFile), report.Clean(keyFile))
	return err
}

// text is the content of a file.
func text(content []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}
}
