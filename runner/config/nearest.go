package config

import "strings"

// nearest returns the word that name was most likely meant to be, if one is so
// close that a slip of the keyboard explains the difference. Case, dashes and
// underscores do not count: appSecret is app-secret.
func nearest(name string, words []string) (string, bool) {
	best, found := "", false
	shortest := min(2, max(1, len(letters(name))/3)) + 1
	for _, word := range words {
		if len(letters(name))-len(letters(word)) >= shortest {
			continue // measuring it would take as long as the name is
		}
		if d := distance(letters(name), letters(word)); d < shortest {
			best, found, shortest = word, true, d
		}
	}
	return best, found
}

// partly returns the shortest word of which name is a part, or else the longest
// that is a part of name: TOKEN is PAGE_TOKEN, BOT_URL is URL.
func partly(name string, words []string) (string, bool) {
	const shortest = 2 // letters; CA is one of ours
	var longer, shorter string
	for _, word := range words {
		switch of, in := letters(name), letters(word); {
		case len(of) >= shortest && strings.Contains(in, of) && (longer == "" || len(word) < len(longer)):
			longer = word
		case len(in) >= shortest && strings.Contains(of, in) && len(word) > len(shorter):
			shorter = word
		}
	}
	if longer != "" {
		return longer, true
	}
	return shorter, shorter != ""
}

func letters(word string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(word))
}

// distance is the number of bytes to insert, delete, replace or swap with their
// neighbour to make one word of the other (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replaced := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, replaced)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
