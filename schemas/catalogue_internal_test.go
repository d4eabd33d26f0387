package schemas

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestReadVariantsIsStrict(t *testing.T) {
	for name, tc := range map[string]struct{ file, want string }{
		"unknown member":           {`{"id": "a.b", "colour": "red"}`, `unknown field "colour"`},
		"unknown member of source": {`{"id": "a.b", "source": {"page": "x"}}`, `unknown field "page"`},
		"more after it":            {`{"id": "a.b"} {}`, "there is more after it"},
		"a day that is none":       {`{"id": "a.b", "since": "2019-02-29"}`, `"2019-02-29": there is no such day`},
		"no date":                  {`{"id": "a.b", "until": "May 2020"}`, `"May 2020" is no date`},
		"not JSON":                 {`{"id": "a.b",}`, "invalid character"},
		"empty":                    {``, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readVariants(fstest.MapFS{"variants/a.b.json": {Data: []byte(tc.file)}})
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), "variants/a.b.json") {
				t.Errorf("got %v, want the file's name and %q", err, tc.want)
			}
		})
	}
}

func TestDatesOfTheHistoryExist(t *testing.T) {
	var dates []string
	for _, v := range graphVersions() {
		dates = append(dates, v.Released)
		if v.Ends != "" {
			dates = append(dates, v.Ends)
		}
	}
	for _, change := range history() {
		dates = append(dates, change.Date)
	}
	for _, date := range dates {
		if err := checkDate(date); err != nil {
			t.Error(err)
		}
	}
}

func TestReadVariantsSetsDefaults(t *testing.T) {
	table, err := readVariants(fstest.MapFS{"variants/a.b.json": {Data: []byte(`{"id": "a.b"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	if v := table.sorted[0]; v.Object != "page" || v.Form != FormMessaging {
		t.Errorf("object %q, form %q", v.Object, v.Form)
	}
}

func TestCompileNeverFetches(t *testing.T) {
	for name, ref := range map[string]string{
		"elsewhere": "https://example.com/other.schema.json",
		"missing":   "other.schema.json",
	} {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{"meta/a.schema.json": {Data: []byte(`{"$ref": "` + ref + `"}`)}}
			if _, err := compile(newCompiler(files, nil), "meta/a.schema.json"); err == nil || !strings.Contains(err.Error(), "meta/a.schema.json") {
				t.Errorf("got %v, want an error that names the schema", err)
			}
		})
	}
}
