package command

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
)

func newInit(h *Host) *cobra.Command {
	var output string
	var force bool
	receivers := []string{"url", "command", "image"}
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a configuration file that explains every setting",
		Long: `Write a configuration file that explains every setting. All of them are examples
behind a comment sign, but for the receiver where --url, --command or --image
names one. Without, fill it in: nothing is judged before.`,
		Example: `  referee init --command 'node server.js'
  referee init --url http://localhost:3000/webhook --output -`,
		Args: noArguments,
		// The file that is there is not read: it may be what is to be replaced.
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			_, err := h.load(cmd, "")
			return err
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			values := map[string]string{}
			for _, name := range receivers {
				if f := cmd.Flags().Lookup(name); f.Changed {
					values[name] = f.Value.String()
				}
			}
			text, err := config.Template(values)
			if err != nil {
				return err
			}
			write := func(w io.Writer) error {
				_, err := io.WriteString(w, text)
				return err
			}
			if output == "-" {
				return trouble(write(h.Stdout))
			}
			if info, err := os.Stat(output); err == nil && info.Mode().IsRegular() && !force {
				return fmt.Errorf("%s exists; --force replaces it, --output names another file, and --output - prints it instead", output)
			}
			if err := report.WriteFile(output, write); err != nil {
				return trouble(err)
			}
			next := "fill in the receiver: url, command or image. Then `referee config` shows what it sets, and `referee run` judges the receiver"
			if len(values) > 0 {
				next = "`referee config` shows what it sets, `referee run` judges the receiver"
			}
			_, err = fmt.Fprintf(h.Stdout, "wrote %s; %s\n", report.Clean(output), next)
			return trouble(err)
		},
	}
	flags := cmd.Flags()
	for _, name := range receivers {
		config.MustDeclare(flags, name, nil)
	}
	flags.StringVar(&output, "output", config.DefaultFile, "the file to write; - prints it")
	flags.BoolVar(&force, "force", false, "replace a file that is there")
	return cmd
}
