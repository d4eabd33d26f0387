package command

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
)

// maxBody is the longest body that is read from standard input, in bytes.
const maxBody = 64 << 20

func newSign(h *Host) *cobra.Command {
	var keys wire.Secrets
	cmd := &cobra.Command{
		Use:   "sign",
		Short: "Sign the body on standard input as Meta does",
		Long: `Sign the body on standard input, byte for byte, and print both signature headers.
With --instagram-secret a body whose object is instagram is signed with that.`,
		Example: "  referee emit referral.ads --dry-run --seed 1 | referee sign --app-secret s",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			body, err := h.body()
			if err != nil {
				return err
			}
			s := wire.Sign(keys.For(body), body)
			_, err = fmt.Fprintf(h.Stdout, "X-Hub-Signature-256: %s\nX-Hub-Signature: %s\n", s.SHA256, s.SHA1)
			return trouble(err)
		},
	}
	declareKeys(cmd.Flags(), &keys)
	return cmd
}

// declareKeys declares the flags of what bodies are signed with.
func declareKeys(f *pflag.FlagSet, keys *wire.Secrets) {
	config.MustDeclare(f, "app-secret", &keys.App)
	config.MustDeclare(f, "instagram-secret", &keys.Instagram)
}

func newVerify(h *Host) *cobra.Command {
	var keys wire.Secrets
	var signature string
	cmd := &cobra.Command{
		Use:   "verify --signature VALUE",
		Short: "Check a signature of the body on standard input: exit code 0 or 1",
		Long: `Check a signature of the body on standard input, byte for byte. The signature is
the value of X-Hub-Signature-256 (sha256=…) or X-Hub-Signature (sha1=…). The exit
code is 0 when it fits and 1 when it does not.`,
		Example: "  referee verify --app-secret s --signature sha256=9c7e… < body.json",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if signature == "" {
				return errors.New("which signature? give --signature sha256=…, the value of X-Hub-Signature-256")
			}
			body, err := h.body()
			if err != nil {
				return err
			}
			if err := wire.Verify(keys.For(body), body, signature); err != nil {
				return &exit{code: report.ExitNonconformant, err: err}
			}
			_, err = fmt.Fprintln(h.Stdout, "the signature fits")
			return trouble(err)
		},
	}
	declareKeys(cmd.Flags(), &keys)
	cmd.Flags().StringVar(&signature, "signature", "", "the `VALUE` of X-Hub-Signature-256 or X-Hub-Signature")
	return cmd
}

// body reads standard input to its end.
func (h *Host) body() ([]byte, error) {
	if file, ok := h.Stdin.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		fmt.Fprintln(h.Stderr, "referee: type or paste the body, then end it with Ctrl-D on a line of its own")
	}
	body, err := io.ReadAll(io.LimitReader(h.Stdin, maxBody+1))
	if err != nil {
		return nil, trouble(fmt.Errorf("read the body from standard input: %w", err))
	}
	if len(body) > maxBody {
		return nil, trouble(fmt.Errorf("the body on standard input is longer than %d MiB", maxBody>>20))
	}
	return body, nil
}
