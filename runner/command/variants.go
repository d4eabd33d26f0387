package command

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
)

func newVariants(h *Host) *cobra.Command {
	var asJSON bool
	var folder string
	list := &cobra.Command{
		Use:   "variants",
		Short: "List the documented shapes of events, or show one",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				if _, ok := schemas.ByID(args[0]); ok {
					return fmt.Errorf("`referee variants show %s` shows a variant", args[0])
				}
			}
			return noCommand(cmd, args)
		},
		RunE: func(*cobra.Command, []string) error {
			catalogue, err := h.catalogue(folder, "")
			if err != nil {
				return err
			}
			all := catalogue.All()
			if asJSON {
				return trouble(writeJSON(h.Stdout, all))
			}
			rows := make([]report.Variant, len(all))
			for i, v := range all {
				rows[i] = report.Variant{ID: v.ID, Status: string(v.Status), Title: v.Title, Family: v.Family()}
			}
			return trouble(report.WriteVariants(h.Stdout, schemas.Families(), rows, h.page(h.Stdout)))
		},
	}
	list.PersistentFlags().BoolVar(&asJSON, "json", false, "print JSON")
	catalogueFlag(list.PersistentFlags(), &folder)
	list.AddCommand(&cobra.Command{
		Use:               "show VARIANT",
		Short:             "Show a variant: its payload, and what it rests on",
		Example:           "  referee variants show referral.ads",
		Args:              one("variant", "referee variants"),
		ValidArgsFunction: argument(variantIDs),
		RunE: func(_ *cobra.Command, args []string) error {
			catalogue, err := h.catalogue(folder, "")
			if err != nil {
				return err
			}
			v, err := variant(catalogue, args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return trouble(writeJSON(h.Stdout, v))
			}
			return trouble(report.WriteVariant(h.Stdout, v, h.page(h.Stdout)))
		},
	})
	return list
}

// writeJSON prints a value as indented JSON, readable and with one line end.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
