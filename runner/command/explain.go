package command

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
)

func newExplain(h *Host) *cobra.Command {
	var asJSON bool
	var stack, folder string
	var expected config.Blocks
	cmd := &cobra.Command{
		Use:   "explain REQUIREMENT|CAUSE",
		Short: "Explain a requirement or cause: why it matters and how to mend it",
		Long: `Explain a requirement or a cause: why it matters, how to mend it, and which
receivers in use broke it. --stack prints the fix as code to paste into a
receiver of that framework or language, one of
` + stackList(),
		Example: `  referee explain signature.missing
  referee explain refuses.sender-without-id
  referee explain signature.missing --stack express`,
		Args:              one("requirement or cause", "referee requirements"),
		ValidArgsFunction: argument(explainable),
		RunE: func(_ *cobra.Command, args []string) error {
			catalogue, err := h.catalogue(folder, "")
			if err != nil {
				return err
			}
			all, err := requirementsOf(catalogue, expected)
			if err != nil {
				return err
			}
			e, err := explain(catalogue, all, args[0], stack)
			switch {
			case err != nil:
				return err
			case e.requirement != nil && asJSON:
				shown := list(*e.requirement)
				shown.Code = written(e.code)
				return trouble(writeJSON(h.Stdout, shown))
			case e.requirement != nil:
				explanation := runner.Explain(*e.requirement)
				explanation.Code = e.code
				return trouble(report.WriteExplanation(h.Stdout, explanation, h.page(h.Stdout)))
			case asJSON:
				return trouble(writeJSON(h.Stdout, struct {
					diagnosis.Cause
					Code *report.Code `json:"code,omitempty"`
				}{e.cause, written(e.code)}))
			}
			return trouble(report.WriteCause(h.Stdout, e.cause, e.code, h.page(h.Stdout)))
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "", "print the fix as code for this `STACK` too")
	catalogueFlag(cmd.Flags(), &folder)
	expectFlag(cmd.Flags(), &expected)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	mustComplete(cmd, "stack", stackNames)
	return cmd
}

// explained is what an id stands for: a requirement, or else a cause.
type explained struct {
	requirement *suites.Requirement // nil for a cause
	cause       diagnosis.Cause
	code        *report.Code // the fix for a stack; nil where none was asked for
}

// explain looks an id up among requirements, and the fix for a stack if one is named.
func explain(catalogue *schemas.Catalogue, all []suites.Requirement, id, stack string) (e explained, err error) {
	topic, isCause := "", false
	if at := slices.IndexFunc(all, func(r suites.Requirement) bool { return r.ID == id }); at >= 0 {
		e.requirement, topic = &all[at], fixes.ForRequirement(id)
	} else if e.cause, isCause = runner.ExplainCause(id, catalogue, all); isCause {
		topic = e.cause.Fix
	} else {
		return e, unexplained(id, all)
	}
	e.code, err = codeFor(topic, stack)
	return e, err
}

// written is code where some was written; nil otherwise.
func written(code *report.Code) *report.Code {
	if code == nil || code.Text == "" {
		return nil
	}
	return code
}

// codeFor is the fix of a topic for a stack; nil for no stack. Its text is empty where
// none was written.
func codeFor(topic, stack string) (*report.Code, error) {
	if stack == "" {
		return nil, nil
	}
	s := fixes.Stack(strings.ToLower(stack))
	code := report.Code{Topic: topic, Stack: string(s)}
	fix, ok := fixes.Fix(topic, s)
	if !ok && !slices.Contains(fixes.Stacks(), s) {
		return nil, unknown("stack", stack, stackNames(), "referee explain --help")
	}
	code.Prose, code.Language, code.Text = fix.Prose, fix.Language, fix.Code
	return &code, nil
}

func stackNames() []string {
	var names []string
	for _, s := range fixes.Stacks() {
		names = append(names, string(s))
	}
	return names
}

// stackList has all stacks, in lines that fit the help.
func stackList() string {
	return strings.Join(report.Wrap(strings.Join(stackNames(), ", ")+".", helpWidth), "\n")
}
