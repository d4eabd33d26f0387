package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/mockplatform/authority"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/suites/reference"
)

func newReference(h *Host) *cobra.Command {
	var c reference.Config
	var addr, mutant, source, httpsCA, clientCA string
	var list bool
	cmd := &cobra.Command{
		Use:   "reference",
		Short: "Serve the reference receiver, or one of its mutants",
		Long: `Serve the receiver that meets every requirement, for a look at how it behaves or
to try the harness on. A mutant is the same receiver with one defect: it shows
what a finding looks like. The variable PORT sets the port, as for any receiver.

--source prints a receiver that promises the same in another language, one file
without a dependency. It is there to be copied: put your bot into it.`,
		Example: `  referee reference --addr 127.0.0.1:8080 --graph-url http://127.0.0.1:7070
  referee reference --mutant accepts-any-signature
  referee reference --https-ca ca.pem --client-ca client-ca.pem
  referee reference --source python > receiver.py`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if list {
				return trouble(listMutants(h))
			}
			if source != "" {
				return printSource(h, source)
			}
			if port, ok := h.LookupEnv("PORT"); ok && port != "" && !cmd.Flags().Changed("addr") {
				addr = net.JoinHostPort("127.0.0.1", port)
			}
			var m reference.Mutant
			if mutant != "" {
				var ok bool
				if m, ok = reference.MutantByName(mutant); !ok {
					return unknown("mutant", mutant, mutantNames(), "referee reference --list")
				}
			}
			var err error
			if c.TLS, err = referenceTLS(httpsCA, clientCA); err != nil {
				return err
			}
			return serveReference(cmd.Context(), h, addr, reference.NewMutant(c, m))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&addr, "addr", "127.0.0.1:8080", "the `HOST:PORT` to listen on; port 0 is any free one")
	flags.StringVar(&mutant, "mutant", "", "serve the mutant with this `NAME`")
	flags.BoolVar(&list, "list", false, "list the mutants")
	flags.StringVar(&source, "source", "", "print a receiver in this `LANGUAGE`: "+strings.Join(languages(), " or "))
	config.MustDeclare(flags, "app-secret", &c.AppSecret)
	config.MustDeclare(flags, "instagram-secret", &c.InstagramSecret)
	config.MustDeclare(flags, "verify-token", &c.VerifyToken)
	config.MustDeclare(flags, "page-token", &c.PageToken)
	flags.StringVar(&c.GraphURL, "graph-url", "", "the `URL` of the Graph API; default: nobody gets a reply")
	flags.DurationVar(&c.AnswerDelay, "answer-delay", 0, "the `TIME` that a delivery waits for its answer, such as 300ms")
	flags.DurationVar(&c.WorkDelay, "work-delay", 0, "the `TIME` that the work on an event takes before its receipt and its reply")
	flags.IntVar(&c.Workers, "workers", 0, "work on this `NUMBER` of events at a time; default: on all")
	flags.StringVar(&c.ReceiptsURL, "receipts-url", "", "the `URL` that receipts are posted to; default: none are posted")
	flags.StringVar(&httpsCA, "https-ca", "", "serve https, with a certificate of a CA that is made for it and written to this `FILE`; default: http")
	flags.StringVar(&clientCA, "client-ca", "", "let in nobody but Meta, with a client certificate from the CA in this `FILE` (mTLS)")
	mustComplete(cmd, "mutant", mutantNames)
	mustComplete(cmd, "source", languages)
	cmd.MarkFlagsMutuallyExclusive("source", "list", "mutant")
	return cmd
}

func languages() []string {
	var languages []string
	for _, s := range reference.Sources() {
		languages = append(languages, s.Language)
	}
	return languages
}

// printSource prints the receiver in another language.
func printSource(h *Host, language string) error {
	for _, s := range reference.Sources() {
		if s.Language == language {
			_, err := io.WriteString(h.Stdout, s.Text)
			return trouble(err)
		}
	}
	return unknown("receiver in", language, languages(), "referee reference --help")
}

// referenceTLS makes the CA that the receiver has its certificate from, and
// writes it to a file for whoever has to trust it; nil without a file.
func referenceTLS(httpsCA, clientCA string) (*reference.TLS, error) {
	switch {
	case httpsCA == "" && clientCA != "":
		return nil, errors.New("--client-ca needs https: give --https-ca a file too")
	case httpsCA == "":
		return nil, nil
	}
	root, issuer, err := authority.NewServerCA(time.Now())
	if err != nil {
		return nil, trouble(err)
	}
	t := &reference.TLS{Issuer: issuer.KeyPair()}
	if clientCA != "" {
		if t.ClientCAs, err = readRoots("--client-ca", clientCA); err != nil {
			return nil, err
		}
	}
	return t, trouble(report.WriteFile(httpsCA, text(root.PEM())))
}

// serveReference serves until the context ends.
func serveReference(ctx context.Context, h *Host, addr string, receiver *reference.Receiver) error {
	if _, port, err := net.SplitHostPort(addr); err != nil || !isPort(port) {
		return fmt.Errorf("the receiver cannot listen on %q; give --addr a host and a port, such as 127.0.0.1:8080", addr)
	}
	server, err := reference.Listen(addr, receiver)
	if err != nil {
		return trouble(fmt.Errorf("%w; choose another address with --addr, such as 127.0.0.1:0 for any free port", err))
	}
	_, err = fmt.Fprintf(h.Stdout, "the reference receiver listens at %s\n", server.URL())
	if err == nil {
		<-ctx.Done()
	}
	return trouble(errors.Join(err, server.Close()))
}

// isPort reports whether text is a TCP port; 0 is any free one.
func isPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil
}

func mutantNames() []string {
	var names []string
	for _, m := range reference.Mutants() {
		names = append(names, m.Name)
	}
	return names
}

func listMutants(h *Host) error {
	var b strings.Builder
	for _, m := range reference.Mutants() {
		fmt.Fprintf(&b, "%s\n    %s\n", m.Name, m.Defect)
	}
	_, err := fmt.Fprint(h.Stdout, report.Clean(b.String()))
	return err
}
