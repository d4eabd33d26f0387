package command

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/mcp"
	"github.com/seed-11445fa1/referee/runner/report"
)

func newMCP(h *Host) *cobra.Command {
	var skill bool
	cmd := &cobra.Command{
		Use:   "mcp [FOLDER]",
		Short: "Offer run, explain, validate, emit and the catalogue to an agent",
		Long: `Offer Referee to an agent as tools of the Model Context Protocol, on standard
input and output: a client such as an editor starts this command. The tools are
run, result, explain, validate, emit, variants and requirements.

FOLDER is that of the bot; without it, it is the one in which the client starts
this command. Paths start there. run starts what referee.yaml in it says: a
client cannot name a command, nor an image, nor an address of another machine,
nor read files outside of the folder.

--skill prints a text for agents that says which tool is for what.`,
		Example: `  referee mcp
  referee mcp /home/me/bot --config ci/referee.yaml
  referee mcp --skill > .claude/skills/referee/SKILL.md`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("`%s` takes one folder, and not %d", cmd.CommandPath(), len(args))
			}
			return nil
		},
		// What is wrong in the configuration is told to the agent, in the call that reads it: it
		// can mend the file.
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			_, err := h.load(cmd, "")
			return err
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if skill {
				_, err := io.WriteString(h.Stdout, mcp.Skill)
				return trouble(err)
			}
			if len(args) == 1 {
				if err := os.Chdir(args[0]); err != nil {
					return fmt.Errorf("go to the folder of the bot: %w; name the one with referee.yaml", err)
				}
			}
			folder, err := os.Getwd()
			if err != nil {
				return trouble(err)
			}
			if in, ok := h.Stdin.(*os.File); ok {
				if _, terminal := report.Terminal(in); terminal {
					h.note("this waits for a client of the Model Context Protocol: put `referee mcp` into its configuration")
				}
			}
			// A client that has gone is no reason to end before the bot that a run started.
			broken := make(chan os.Signal, 1)
			signal.Notify(broken, syscall.SIGPIPE)
			defer signal.Stop(broken)
			a := agentHost{Host: h, variables: variables(cmd.Root()), file: givenFile(cmd)}
			server := mcp.New(mcp.Options{Referee: a.referee, Folder: folder, Version: programVersion(), Log: agentLog(h.Stderr)})
			return trouble(server.Serve(cmd.Context(), mcp.Lines(h.Stdin, h.Stdout)))
		},
	}
	cmd.Flags().BoolVar(&skill, "skill", false, "print a text for agents that says which tool is for what, and end")
	fileFlag(cmd.Flags())
	return cmd
}

// givenFile is the configuration file that somebody named; empty where nobody did.
func givenFile(cmd *cobra.Command) string {
	if !cmd.Flags().Changed("config") {
		return ""
	}
	return configFile(cmd)
}

// agentLog is where a server logs what is wrong: clients keep the standard error.
func agentLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
