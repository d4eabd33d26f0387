package suites

import "github.com/seed-11445fa1/referee/suites/diagnosis"

// redacted returns a copy of the outcome whose texts went through this function.
func redacted(o Outcome, redact func(string) string) Outcome {
	o.Reason = redact(o.Reason)
	if o.Finding != nil {
		f := *o.Finding
		each(redact, &f.Stimulus, &f.Expected, &f.Actual, &f.Remedy, &f.Reproduce, &f.Output, &f.Variant)
		o.Finding = &f
	}
	return o
}

// redactedCause is redacted for a cause.
func redactedCause(c diagnosis.Cause, redact func(string) string) diagnosis.Cause {
	each(redact, &c.Title, &c.Where, &c.Code, &c.File, &c.Stimulus, &c.Body, &c.Expected, &c.Actual, &c.Why, &c.Remedy, &c.Reproduce, &c.Variant, &c.Output)
	return c
}

func each(redact func(string) string, texts ...*string) {
	for _, text := range texts {
		*text = redact(*text)
	}
}
