package fixes

import (
	"maps"
	"slices"
)

// Stack is a framework, or a language with its own HTTP server: "express", "node".
type Stack string

// The stacks that there are fixes for.
const (
	Express   Stack = "express"
	Fastify   Stack = "fastify"
	Nest      Stack = "nestjs"
	NextRoute Stack = "next-route" // route handlers, in the folder app
	NextPages Stack = "next-pages" // API routes, in the folder pages
	Koa       Stack = "koa"
	Hono      Stack = "hono"
	Lambda    Stack = "lambda" // AWS Lambda behind API Gateway, in JavaScript
	Node      Stack = "node"   // node:http
	Flask     Stack = "flask"
	FastAPI   Stack = "fastapi"
	Django    Stack = "django"
	Python    Stack = "python" // http.server
	Go        Stack = "go"     // net/http
	Spring    Stack = "spring"
	Laravel   Stack = "laravel"
	PHP       Stack = "php"
	Rails     Stack = "rails"
	Sinatra   Stack = "sinatra"
)

// languages has the language of each stack: the name of the file that it falls back to.
var languages = map[Stack]string{
	Express: "javascript", Fastify: "javascript", Nest: "javascript", NextRoute: "javascript", NextPages: "javascript",
	Koa: "javascript", Hono: "javascript", Lambda: "javascript", Node: "javascript",
	Flask: "python", FastAPI: "python", Django: "python", Python: "python",
	Go:      "go",
	Spring:  "java",
	Laravel: "php", PHP: "php",
	Rails: "ruby", Sinatra: "ruby",
}

// Stacks are all of them, sorted.
func Stacks() []Stack {
	return slices.Sorted(maps.Keys(languages))
}
