package wire

import "testing"

func TestSecretsFor(t *testing.T) {
	const page, instagram = `{"object":"page","entry":[]}`, `{"entry":[{"object":"page"}],"object":"instagram"}`
	both := Secrets{App: "a", Instagram: "i"}
	for _, tc := range []struct {
		secrets    Secrets
		body, want string
	}{
		{both, page, "a"},
		{both, instagram, "i"},
		{both, `{"object": 1}`, "a"},
		{both, `{"entry":[{"object":"instagram"}]}`, "a"},
		{both, `["instagram"]`, "a"},
		{both, instagram[:len(instagram)-1], "a"},
		{both, "", "a"},
		{Secrets{App: "a"}, instagram, "a"},
	} {
		if got := tc.secrets.For([]byte(tc.body)); got != tc.want {
			t.Errorf("%s is signed with %q, want %q", tc.body, got, tc.want)
		}
	}
}
