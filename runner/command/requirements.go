package command

import (
	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner"
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
}

func list(r suites.Requirement) listed {
	l := listed{
		ID: r.ID, Topic: r.Topic(), Level: string(r.Level), Basis: string(r.Basis), Title: r.Title,
		Source: r.Source.URL, Quote: r.Source.Quote, Why: r.Why, Remedy: r.Remedy,
	}
	for _, need := range r.Needs {
		l.JudgedWhen = append(l.JudgedWhen, need.Text)
	}
	return l
}

func newRequirements(h *Host) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "requirements",
		Short: "List what a receiver has to satisfy",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			all := suites.Requirements()
			if asJSON {
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
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func newExplain(h *Host) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:               "explain REQUIREMENT",
		Short:             "Explain a requirement: why it matters and how to meet it",
		Example:           "  referee explain signature.missing",
		Args:              one("requirement", "referee requirements"),
		ValidArgsFunction: completing(requirementIDs),
		RunE: func(_ *cobra.Command, args []string) error {
			r, ok := suites.ByID(args[0])
			if !ok {
				return unknown("requirement", args[0], requirementIDs(), "referee requirements")
			}
			if asJSON {
				return trouble(writeJSON(h.Stdout, list(r)))
			}
			return trouble(report.WriteExplanation(h.Stdout, runner.Describe(r), h.page(h.Stdout)))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
