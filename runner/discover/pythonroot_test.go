package discover_test

import (
	"testing"
)

// TestImportRoot holds that a bot in Python is started where its imports are found.
func TestImportRoot(t *testing.T) {
	const (
		fastAPI = "app = FastAPI()\n"
		flask   = "app = Flask(__name__)\n"
		runs    = "if __name__ == '__main__':\n    uvicorn.run(app)\n"
	)
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"src layout": {
			map[string]string{"src/bot/main.py": "from bot.routes import router\n" + fastAPI, "src/bot/routes.py": "import logging\n", "src/bot/__init__.py": ""},
			"uvicorn --app-dir src bot.main:app --port $PORT",
		},
		"src layout, imported elsewhere": {
			map[string]string{"src/bot/main.py": "from .routes import router\n" + fastAPI, "src/bot/routes.py": "from bot.settings import settings\n", "src/bot/settings.py": ""},
			"uvicorn --app-dir src bot.main:app --port $PORT",
		},
		"files in src": {
			map[string]string{"src/main.py": "import routes\n" + fastAPI, "src/routes.py": ""},
			"uvicorn --app-dir src main:app --port $PORT",
		},
		"a package": {
			map[string]string{"app/main.py": "from app.routes import router\n" + fastAPI, "app/routes.py": ""},
			"uvicorn app.main:app --port $PORT",
		},
		"src as a package": {
			map[string]string{"src/main.py": "from src.routes import router\n" + fastAPI, "src/routes.py": ""},
			"uvicorn src.main:app --port $PORT",
		},
		"a program below": {
			map[string]string{"src/bot/main.py": "from bot.routes import router\n" + fastAPI, "src/bot/routes.py": "", "scripts/seed.py": "import scripts\nimport src\nimport scripts\n"},
			"uvicorn --app-dir src bot.main:app --port $PORT",
		},
		"Flask in src": {
			map[string]string{"src/bot/main.py": "from bot.routes import router\n" + flask, "src/bot/routes.py": ""},
			"PYTHONPATH=src flask --app bot.main:app run --port $PORT",
		},
		"a file that serves": {
			map[string]string{"bot/main.py": "import routes\n" + runs, "bot/routes.py": ""},
			"python3 bot/main.py",
		},
		"a module that serves": {
			map[string]string{"bot/main.py": "from bot.routes import router\n" + runs, "bot/routes.py": ""},
			"python3 -m bot.main",
		},
		"a module in src that serves": {
			map[string]string{"src/bot/main.py": "from bot.routes import router\n" + runs, "src/bot/routes.py": ""},
			"PYTHONPATH=src python3 -m bot.main",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, test.files)
			if got := read(t, dir).Command.Value; got != test.want {
				t.Errorf("it is started by %q, expected %q", got, test.want)
			}
		})
	}
}
