package discover

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// read is a place that reads a variable, or names one.
type read struct {
	name   string
	words  []string // of the name; those of an UPPER_CASE name where it is nil
	prefix string   // of the value, where it is for an address
	file   file
	offset int
	// code is true where the receiver's own source reads it.
	code bool
}

// A variable is read by a call or a member that has "env" in its name, in most languages.
var (
	readByMember = regexp.MustCompile(`\b(?:process\.env|import\.meta\.env)(?:\.|\?\.)([A-Za-z_]\w*)`)
	readByIndex  = regexp.MustCompile(`(?:\bprocess\.env|\benviron|\bENV|\$_(?:ENV|SERVER))\s*\[\s*["'` + "`" + `]([A-Za-z_]\w*)["'` + "`" + `]`)
	readByCall   = regexp.MustCompile(`(?i:\b\w*env\w*(?:\.\w+)?)\s*\(\s*["']([A-Z][A-Z0-9_]+)["']`)
	readBySource = regexp.MustCompile(`(?i:\b\w*(?:conf|cfg|settings|viper)\w*(?:\.\w+)?(?:<[^<>()]*>)?)\s*\(\s*["']([A-Z][A-Z0-9_]+)["']`)
	readByTag    = regexp.MustCompile(`\benv(?:config)?:"([A-Z][A-Z0-9_]+)`)
	// A ConfigService of Nest's has the name that its user gives it.
	readByNest = regexp.MustCompile(`\.get(?:OrThrow)?(?:<[^<>()]*>)?\s*\(\s*["']([A-Z][A-Z0-9_]+)["']`)
	// A schema of all variables names them as members: z.object({FB_APP_SECRET: z.string()}).
	schemaMember = regexp.MustCompile(`(?:^|[\s{,(])["']?([A-Z][A-Z0-9_]+)["']?\s*:\s*(?:z|[jJ]oi|yup|v|t|Type)\.\w`)
	// Of a file that hands all of them to such a schema, any member counts.
	anyMember  = regexp.MustCompile(`(?:^|[\s{,(])["']?([A-Z][A-Z0-9_]+)["']?[!?]?\s*:`)
	wholeOfEnv = regexp.MustCompile(`\bprocess\.env\s*[,)}]|\bplainTo(?:Instance|Class)\(`)
	taken      = regexp.MustCompile(`\{([^{}]*)\}\s*=\s*process\.env\b`)
	identifier = regexp.MustCompile(`[A-Za-z_]\w*`)
	// ${NAME} or ${NAME:default} in properties; @Value("${messenger.app-secret}") in code.
	readByProperty = regexp.MustCompile(`\$\{([A-Z][A-Z0-9_]+)(?::[^{}]*)?\}`)
	property       = regexp.MustCompile(`@Value\(\s*"\$\{([a-z][\w.-]*)(?::[^{}]*)?\}"`)
	// The members of pydantic's settings are variables in any case.
	settingsMember = regexp.MustCompile(`(?m)^[ \t]+([a-z_]\w*)[ \t]*:[ \t]*(?:Optional\[)?(?:str|SecretStr|int|AnyHttpUrl|HttpUrl)\b`)
	settingsPrefix = regexp.MustCompile(`\benv_prefix["']?\s*[=:]\s*["'](\w+)["']`)
)

// reads lists where variables are read in source, and named in files beside it.
func (f *folder) reads() []read { return addresses(f.readsByName()) }

// readsByName are those places, whatever a name that may be of an address is for.
func (f *folder) readsByName() []read {
	var found []read
	for _, one := range f.files {
		add := func(name string, offset int, words []string) {
			found = append(found, read{name: name, words: words, file: one, offset: offset, code: true})
		}
		ending := path.Ext(one.name)
		if isProperties(strings.ToLower(path.Base(one.name))) {
			for _, at := range readByProperty.FindAllStringSubmatchIndex(one.text, maxMatches) {
				add(one.text[at[2]:at[3]], at[2], nil)
			}
			continue
		}
		if !slices.Contains(sources, ending) {
			continue
		}
		for _, pattern := range readPatterns(one) {
			for _, at := range pattern.FindAllStringSubmatchIndex(one.code, maxMatches) {
				add(one.code[at[2]:at[3]], at[2], nil)
			}
		}
		for _, at := range taken.FindAllStringSubmatchIndex(one.code, maxMatches) {
			offset := at[2]
			for member := range strings.SplitAfterSeq(one.code[at[2]:at[3]], ",") {
				if name := identifier.FindString(member); name != "" {
					add(name, offset+strings.Index(member, name), nil)
				}
				offset += len(member)
			}
		}
		for _, at := range property.FindAllStringSubmatchIndex(one.code, maxMatches) {
			name := one.code[at[2]:at[3]]
			words := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(".-_", r) })
			add(relaxed(name), at[2], words)
		}
		if ending == ".py" && strings.Contains(one.code, "BaseSettings") {
			prefix := ""
			if named := settingsPrefix.FindStringSubmatch(one.code); named != nil {
				prefix = named[1]
			}
			for _, at := range settingsMember.FindAllStringSubmatchIndex(one.code, maxMatches) {
				add(strings.ToUpper(prefix+one.code[at[2]:at[3]]), at[2], nil)
			}
		}
	}
	return append(found, f.declared()...)
}

// readPatterns find in a file of source where it reads variables by their names.
func readPatterns(one file) []*regexp.Regexp {
	patterns := []*regexp.Regexp{readByMember, readByIndex, readByCall, readBySource, readByTag}
	if !slices.Contains(scripts, path.Ext(one.name)) {
		return patterns
	}
	if strings.Contains(one.code, "ConfigService") {
		patterns = append(patterns, readByNest)
	}
	if wholeOfEnv.MatchString(one.code) {
		return append(patterns, anyMember)
	}
	return append(patterns, schemaMember)
}

// relaxed is the variable that stands for a property of Spring's: dots become
// underscores, and dashes go.
// https://docs.spring.io/spring-boot/reference/features/external-config.html#features.external-config.typesafe-configuration-properties.relaxed-binding.environment-variables
func relaxed(property string) string {
	return strings.ToUpper(strings.NewReplacer(".", "_", "-", "").Replace(property))
}
