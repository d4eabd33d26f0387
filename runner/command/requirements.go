package command

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/suites"
)

// listed is a requirement in the JSON of `requirements` and `explain`.
type listed struct {
	ID         string   `json:"id"`
	Topic      string   `json:"topic"`
	Level      string   `json:"level"`
	Basis      string   `json:"basis"`
	Title      string   `json:"title"`
	Source     string   `json:"source"`
	Quote      string   `json:"quote,omitempty"`
	Why        string   `json:"why"`
	Remedy     string   `json:"remedy"`
	JudgedWhen []string `json:"judged_when,omitempty"`
	// Wild are receivers in use that broke it, Mutants those of the reference
	// receiver that do.
	Wild    []report.Wild `json:"wild,omitempty"`
	Mutants []string      `json:"mutants,omitempty"`
	// Code is the fix for the stack that was asked for; absent where there is none.
	Code *report.Code `json:"code,omitempty"`
}

func list(r suites.Requirement) listed {
	e := runner.Explain(r)
	return listed{
		ID: e.ID, Topic: e.Topic, Level: string(e.Level), Basis: string(e.Basis), Title: e.Title,
		Source: e.Source, Quote: e.Quote, Why: e.Why, Remedy: e.Remedy,
		JudgedWhen: e.JudgedWhen, Wild: e.Wild, Mutants: e.Mutants,
	}
}

// aboutCatalogue is what the page of all requirements says of itself.
const aboutCatalogue = "What Referee asks of a webhook receiver. `referee requirements --markdown` writes this page; " +
	"do not edit it. Ids never change. A MUST rests on a page of Meta's or keeps strangers out; what was only observed, " +
	"or what Meta's pages contradict each other about, is a SHOULD. *Seen* names receivers in use that broke a requirement; " +
	"*proved by* names mutants of the reference receiver that break it: `referee reference --mutant NAME` serves one."

func writeCatalogue(h *Host, requirements []suites.Requirement) error {
	var all []report.Explanation
	for _, r := range requirements {
		all = append(all, runner.Explain(r))
	}
	return report.WriteCatalogue(h.Stdout, aboutCatalogue, all)
}

func newRequirements(h *Host) *cobra.Command {
	var asJSON, asMarkdown bool
	var folder string
	var expected config.Blocks
	cmd := &cobra.Command{
		Use:   "requirements",
		Short: "List what a receiver has to satisfy",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			catalogue, err := h.catalogue(folder, "")
			if err != nil {
				return err
			}
			all, err := requirementsOf(catalogue, expected)
			if err != nil {
				return err
			}
			switch {
			case asJSON && asMarkdown:
				return errors.New("give --json or --markdown, not both")
			case asMarkdown:
				return trouble(writeCatalogue(h, all))
			case asJSON:
				out := make([]listed, len(all))
				for i, r := range all {
					out[i] = list(r)
				}
				return trouble(writeJSON(h.Stdout, out))
			}
			rows := make([]report.Requirement, len(all))
			for i, r := range all {
				rows[i] = runner.Describe(r)
			}
			return trouble(report.WriteRequirements(h.Stdout, rows, h.page(h.Stdout)))
		},
	}
	catalogueFlag(cmd.Flags(), &folder)
	expectFlag(cmd.Flags(), &expected)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&asMarkdown, "markdown", false, "print a Markdown page with everything about each")
	return cmd
}
