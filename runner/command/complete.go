package command

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// completer says which words may stand somewhere, each with what it is: shells show that
// beside it. It is asked when somebody presses Tab.
type completer func(cmd *cobra.Command) []cobra.Completion

// completers are those of flags that mean the same in every command.
var completers = map[string]completer{
	"probe":         variantIDs,
	"only":          selectors,
	"skip":          selectors,
	"features":      features,
	"as-of":         graphVersions,
	"graph-version": graphVersions,
}

// lists are the flags that take several words, with commas between.
var lists = []string{"only", "skip", "features"}

// folders are the flags that name one.
var folders = []string{"workdir", "build-context", "catalogue"}

// complete completes the flags of a command, and of those below it, that mean the same
// everywhere. These and arguments go by the settings that the command would have.
func (h *Host) complete(cmd *cobra.Command) {
	for flag, words := range completers {
		if cmd.Flags().Lookup(flag) != nil {
			mustRegister(cmd, flag, h.set(completing(words, slices.Contains(lists, flag))))
		}
	}
	if cmd.ValidArgsFunction != nil {
		cmd.ValidArgsFunction = h.set(cmd.ValidArgsFunction)
	}
	for _, flag := range folders {
		if cmd.Flags().Lookup(flag) != nil {
			mustRegister(cmd, flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
				return nil, cobra.ShellCompDirectiveFilterDirs
			})
		}
	}
	for _, sub := range cmd.Commands() {
		h.complete(sub)
	}
}

// set sets the flags of a command from the environment and from the configuration file,
// before words are completed: they may name a catalogue. What is wrong with them, the
// command says when it is run.
func (h *Host) set(f cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		_, _ = h.load(cmd, config.DefaultFile)
		return f(cmd, args, begun)
	}
}

// mustComplete completes the value of a flag from a list. It panics where there is no such
// flag.
func mustComplete(cmd *cobra.Command, flag string, names func() []string) {
	mustRegister(cmd, flag, completing(func(*cobra.Command) []cobra.Completion { return names() }, false))
}

func mustRegister(cmd *cobra.Command, flag string, f cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic("command: completion for " + cmd.Name() + ": " + err.Error())
	}
}

// argument completes the only argument of a command.
func argument(words completer) cobra.CompletionFunc {
	one := completing(words, false)
	return func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return one(cmd, args, begun)
	}
}

// oneFile completes the only argument of a command, which is a file.
func oneFile(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// completing completes one word, or the last of several with commas between. Those come
// without descriptions: what cobra has for bash looks for commas with a backslash then.
func completing(words completer, several bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		all := words(cmd)
		if before := begun[:strings.LastIndex(begun, ",")+1]; several && before != "" {
			for i, word := range all {
				id, _, _ := strings.Cut(word, "\t")
				all[i] = before + id
			}
		}
		return all, cobra.ShellCompDirectiveNoFileComp
	}
}

// catalogueFor is the catalogue of a command: with the folder that its flag names, given or
// set. What is wrong with that one, the command says when it is run.
func catalogueFor(cmd *cobra.Command) *schemas.Catalogue {
	c := schemas.Everything()
	flag := cmd.Flag("catalogue")
	if flag == nil || flag.Value.String() == "" {
		return c
	}
	if own, err := readOverlay(flag.Value.String()); err == nil {
		if laid, _, err := own.On(c); err == nil {
			return laid
		}
	}
	return c
}

func variantIDs(cmd *cobra.Command) (all []cobra.Completion) {
	for _, v := range catalogueFor(cmd).All() {
		all = append(all, cobra.CompletionWithDesc(v.ID, v.Title))
	}
	return all
}

func requirementIDs(cmd *cobra.Command) (all []cobra.Completion) {
	for _, r := range suites.RequirementsOf(catalogueFor(cmd)) {
		all = append(all, cobra.CompletionWithDesc(r.ID, r.Title))
	}
	return all
}

// causeIDs are those that a diagnosis is known to find: each has a mutant that shows it.
// There are more, of members and values.
func causeIDs() (all []cobra.Completion) {
	known := map[string]bool{}
	for _, m := range reference.Mutants() {
		if !known[m.Cause] {
			known[m.Cause] = true
			all = append(all, cobra.CompletionWithDesc(m.Cause, m.Defect))
		}
	}
	return all
}

// explainable is what explain has something to say of.
func explainable(cmd *cobra.Command) []cobra.Completion {
	return append(requirementIDs(cmd), causeIDs()...)
}

// selectors are what --only and --skip take, but for patterns.
func selectors(cmd *cobra.Command) []cobra.Completion {
	var topics []cobra.Completion
	for _, r := range suites.RequirementsOf(catalogueFor(cmd)) {
		topic, _, _ := strings.Cut(r.ID, ".")
		if topic = cobra.CompletionWithDesc(topic, "all of this topic"); !slices.Contains(topics, topic) {
			topics = append(topics, topic)
		}
	}
	levels := []cobra.Completion{
		cobra.CompletionWithDesc(string(suites.Must), "all of this level"),
		cobra.CompletionWithDesc(string(suites.Should), "all of this level"),
	}
	return slices.Concat(levels, topics, explainable(cmd))
}

func features(*cobra.Command) (all []cobra.Completion) {
	for _, f := range suites.Features() {
		all = append(all, string(f))
	}
	return all
}

func graphVersions(*cobra.Command) (all []cobra.Completion) {
	for _, v := range slices.Backward(schemas.GraphVersions()) {
		all = append(all, cobra.CompletionWithDesc(v.Name, "came out on "+v.Released))
	}
	return all
}

// idsOf are the ids of a catalogue.
func idsOf(c *schemas.Catalogue) []string {
	var ids []string
	for _, v := range c.All() {
		ids = append(ids, v.ID)
	}
	return ids
}

// idsOfRequirements are the ids of requirements.
func idsOfRequirements(all []suites.Requirement) []string {
	var ids []string
	for _, r := range all {
		ids = append(ids, r.ID)
	}
	return ids
}
