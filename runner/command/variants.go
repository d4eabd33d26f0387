package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
)

func newVariants(h *Host) *cobra.Command {
	var asJSON bool
	list := &cobra.Command{
		Use:   "variants",
		Short: "List the documented shapes of events, or show one",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all := schemas.All()
			if asJSON {
				return trouble(writeJSON(h.Stdout, all))
			}
			rows := make([]report.Variant, len(all))
			for i, v := range all {
				rows[i] = report.Variant{ID: v.ID, Status: string(v.Status), Title: v.Title}
			}
			return trouble(report.WriteVariants(h.Stdout, rows, h.page(h.Stdout)))
		},
	}
	list.PersistentFlags().BoolVar(&asJSON, "json", false, "print JSON")
	list.AddCommand(&cobra.Command{
		Use:               "show VARIANT",
		Short:             "Show a variant: its payload, what it rests on, and what is special about it",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeVariant,
		RunE: func(_ *cobra.Command, args []string) error {
			v, err := variant(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return trouble(writeJSON(h.Stdout, v))
			}
			return trouble(showVariant(h.Stdout, v))
		},
	})
	return list
}

func showVariant(w io.Writer, v schemas.Variant) error {
	var event bytes.Buffer
	if err := json.Indent(&event, v.Event, "", "  "); err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n%s\n\n", v.ID, v.Title)
	for _, row := range [][2]string{
		{"field", v.Field}, {"object", v.Object}, {"form", string(v.Form)}, {"status", string(v.Status)},
		{"since", v.Since}, {"until", v.Until}, {"schema", v.Schema}, {"source", v.Source.URL}, {"quote", v.Source.Quote},
	} {
		if row[1] != "" {
			fmt.Fprintf(&b, "%-7s %s\n", row[0], row[1])
		}
	}
	if v.Notes != "" {
		fmt.Fprintf(&b, "\n%s\n", v.Notes)
	}
	fmt.Fprintf(&b, "\n%s\n", event.Bytes())
	_, err := w.Write(b.Bytes())
	return err
}

func completeVariant(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var ids []string
	for _, v := range schemas.All() {
		ids = append(ids, v.ID)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// writeJSON prints a value as indented JSON, readable and with one line end.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
