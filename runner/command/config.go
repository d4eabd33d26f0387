package command

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
)

// fileFlag adds the flag that names the configuration file.
func fileFlag(flags *pflag.FlagSet) {
	flags.String("config", config.DefaultFile, "the configuration file; the default one may be missing")
}

// configFile is the configuration file of a command.
func configFile(cmd *cobra.Command) string { return cmd.Flags().Lookup("config").Value.String() }

func newConfig(h *Host) *cobra.Command {
	var asJSON bool
	var settings config.Settings
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show the settings of a run, and where each comes from",
		Long: `Show what every setting of a run would be, and where it comes from: a flag, the
environment, the configuration file or the default. It takes the flags of run.
Secrets are not shown.`,
		Example: `  referee config
  referee config --config ci/referee.yaml --strict --json`,
		Args: noArguments,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) (err error) {
			settings, err = h.load(cmd, config.DefaultFile)
			return err
		},
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return trouble(writeJSON(h.Stdout, listSettings(settings)))
			}
			return trouble(showSettings(h, settings))
		},
	}
	flags := cmd.Flags()
	for _, k := range config.Keys() {
		config.MustDeclare(flags, k.Name, nil)
	}
	fileFlag(flags)
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// listedSetting is a setting in the JSON of `config`.
type listedSetting struct {
	Key    string `json:"key"`
	Value  any    `json:"value"`
	Origin string `json:"origin"`
}

func listSettings(settings config.Settings) []listedSetting {
	list := make([]listedSetting, len(settings))
	for i, s := range settings {
		list[i] = listedSetting{Key: s.Key, Value: s.Public(), Origin: s.Origin}
	}
	return list
}

func showSettings(h *Host, settings config.Settings) error {
	table := tabwriter.NewWriter(h.Stdout, 0, 0, 2, ' ', 0)
	for _, s := range settings {
		fmt.Fprintf(table, "%s\t%s\t%s\n", oneLine(s.Key), oneLine(settingText(s.Public())), oneLine(s.Origin))
	}
	return table.Flush()
}

// settingText is a value as a person reads it; what is not there is a dash.
func settingText(value any) string {
	switch v := value.(type) {
	case []string:
		value = strings.Join(v, ", ")
	case map[string]string:
		value = ""
	}
	if text := fmt.Sprint(value); text != "" {
		return text
	}
	return "-"
}

// oneLine keeps a row of the table one row.
func oneLine(text string) string {
	if strings.ContainsAny(text, "\n\t") {
		text = strconv.Quote(text)
	}
	return report.Clean(text)
}
