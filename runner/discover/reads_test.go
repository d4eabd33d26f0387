package discover_test

import (
	"slices"
	"testing"
)

// TestReads finds the variables of bots that read them all at one place.
func TestReads(t *testing.T) {
	for _, test := range []struct {
		name, file, source string
		want               []string
	}{
		{"zod", "src/env.ts", "export const env = z.object({\n  META_APP_SECRET: z.string().min(1),\n  META_VERIFY_TOKEN: z\n    .string(),\n  PORT: z.coerce.number().default(3000),\n}).parse(process.env);", []string{"META_APP_SECRET", "META_VERIFY_TOKEN", "PORT"}},
		{"zod, parsed elsewhere", "src/schema.ts", "export const schema = z.object({ META_APP_SECRET: z.string(), META_VERIFY_TOKEN: z.string() })", []string{"META_APP_SECRET", "META_VERIFY_TOKEN"}},
		{"joi", "src/app.module.ts", "validationSchema: Joi.object({\n  FB_APP_SECRET: Joi.string().required(),\n})", []string{"FB_APP_SECRET"}},
		{"envalid", "env.js", "module.exports = cleanEnv(process.env, { FB_APP_SECRET: str(), FB_VERIFY_TOKEN: str({ default: '' }) })", []string{"FB_APP_SECRET", "FB_VERIFY_TOKEN"}},
		{"a class", "env.ts", "class Env {\n  @IsString()\n  FB_APP_SECRET!: string;\n}\nexport const validate = (config) => plainToInstance(Env, config);", []string{"FB_APP_SECRET"}},
		{"a short name", "bot.ts", "this.cfg.get('FB_APP_SECRET')", []string{"FB_APP_SECRET"}},
		{"Nest", "bot.service.ts", "constructor(private readonly values: ConfigService) {}\nsecret = this.values.getOrThrow<string>('FB_APP_SECRET');", []string{"FB_APP_SECRET"}},

		{"another object", "bot.ts", "export const codes = { APP_SECRET: 'x', VERIFY_TOKEN: 2 }", nil},
		{"another map", "bot.ts", "cache.get('FB_APP_SECRET')", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, map[string]string{test.file: test.source})
			var got []string
			for _, v := range read(t, dir).Variables {
				got = append(got, v.Name)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("it finds %q, expected %q", got, test.want)
			}
		})
	}
}
