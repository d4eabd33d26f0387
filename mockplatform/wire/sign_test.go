package wire

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestVectors holds signatures to vectors that another implementation made. Those of
// testdata are openssl's,
//
//	printf %s BODY | openssl dgst -sha256 -hmac SECRET
//
// and Python's hmac gives the same. Captured ones are in ../shared beside the project,
// where that is there.
func TestVectors(t *testing.T) {
	for _, file := range []string{
		filepath.Join("testdata", "signatures.json"),
		filepath.Join("..", "..", "..", "shared", "vectors", "signatures.json"),
	} {
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(file, "..") {
			t.Logf("without the captured vectors: %v", err)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var vectors []struct {
			Name, Algorithm, Secret, Body, Signature, Source string
			Valid                                            bool
		}
		if err := json.Unmarshal(text, &vectors); err != nil {
			t.Fatal(err)
		}
		if len(vectors) < 15 {
			t.Fatalf("%s has %d vectors", file, len(vectors))
		}
		for _, v := range vectors {
			t.Run(v.Name+v.Source, func(t *testing.T) {
				err := Verify(v.Secret, []byte(v.Body), v.Signature)
				if v.Valid != (err == nil) {
					t.Errorf("valid is %t, but Verify says: %v", v.Valid, err)
				}
				signed := Sign(v.Secret, []byte(v.Body))
				own := map[string]string{"sha1": signed.SHA1, "sha256": signed.SHA256}[v.Algorithm]
				if v.Valid != (own == v.Signature) {
					t.Errorf("valid is %t, the vector has %s, Sign gives %s", v.Valid, v.Signature, own)
				}
			})
		}
	}
}

func TestVerifyErrors(t *testing.T) {
	const secret = "my_little_secret"
	body := []byte(`{ "id": "realtime_update" }`)
	const sha1Value = "sha1=c1a072c0aca15c6bd2f5bfae288ff8420e74aa5e"
	const sha256Value = "sha256=2bee603b1bd2b873912ee43469a3b4a377ad70e7f64cbd58ccdbc67eb9a1b37f"
	tests := []struct{ name, header, want string }{
		{"sha1", sha1Value, ""},
		{"sha256", sha256Value, ""},
		{"empty", "", "the signature is empty"},
		{"no prefix", sha256Value[len("sha256="):], "has no prefix"},
		{"another algorithm", "md5=" + strings.Repeat("0", 32), `algorithm "md5" is none of`},
		{"prefix in capitals", "SHA256" + sha256Value[len("sha256"):], `algorithm "SHA256" is none of`},
		{"space in front", " " + sha256Value, `algorithm " sha256" is none of`},
		{"digits in capitals", "sha256=2BEE" + sha256Value[len("sha256=2bee"):], `'B' at byte 8, want lower-case`},
		{"newline after", sha256Value + "\n", `'\n' at byte 71`},
		{"second equals sign", "sha256==" + sha256Value[len("sha256=1"):], `'=' at byte 7`},
		{"one digit short", sha256Value[:len(sha256Value)-1], "63 digits after sha256=, want 64"},
		{"one digit more", sha1Value + "0", "41 digits after sha1=, want 40"},
		{"prefix alone", "sha1=", "0 digits after sha1=, want 40"},
		{"digest of the other algorithm", "sha256=" + sha1Value[len("sha1="):], "40 digits after sha256=, want 64"},
		{"wrong digest", "sha256=" + strings.Repeat("0", 64), "the sha256 signature does not fit"},
		{"wrong sha1 digest", "sha1=" + strings.Repeat("f", 40), "the sha1 signature does not fit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Verify(secret, body, tt.header)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("got error %v, want none", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got error %v, want one that says %q", err, tt.want)
			}
		})
	}
}

func TestSignatureNeverSurvivesAChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.String().Draw(t, "secret")
		body := rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(t, "body")
		signed := Sign(secret, body)
		at := rapid.IntRange(0, len(body)-1).Draw(t, "at")
		change := rapid.ByteRange(1, 255).Draw(t, "change")
		changed := slices.Clone(body)
		changed[at] ^= change

		for _, value := range []string{signed.SHA1, signed.SHA256} {
			if err := Verify(secret, body, value); err != nil {
				t.Fatalf("the right signature fails: %v", err)
			}
			if Verify(secret, changed, value) == nil {
				t.Fatalf("%s survives a change of byte %d", value, at)
			}
			if Verify(secret+"x", body, value) == nil {
				t.Fatalf("%s survives another secret", value)
			}
			forged := []byte(value)
			i := rapid.IntRange(0, len(forged)-1).Draw(t, "digit")
			forged[i] ^= change
			if Verify(secret, body, string(forged)) == nil {
				t.Fatalf("%q passes for %q", forged, value)
			}
		}
	})
}

func FuzzVerify(f *testing.F) {
	f.Add("secret", []byte("{}"), "sha1=")
	f.Add("FAKE_SECRET", []byte("{}"), "sha1=1c99183cb7c44ea27fb834746086b65b89800db8")
	f.Add("", []byte{}, "sha256=")
	f.Fuzz(func(t *testing.T, secret string, body []byte, header string) {
		signed := Sign(secret, body)
		want := header == signed.SHA1 || header == signed.SHA256
		if err := Verify(secret, body, header); (err == nil) != want {
			t.Fatalf("Verify of %q says %v, Sign gives %v", header, err, signed)
		}
	})
}
