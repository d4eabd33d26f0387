//go:build js && wasm

// Command wasm is package tools for a page: it is compiled to WebAssembly, runs in a
// worker, and answers refereeCall(tool, question), which takes and gives JSON.
package main

import (
	"syscall/js"

	"github.com/seed-11445fa1/referee/runner/site/tools"
	"github.com/seed-11445fa1/referee/schemas"
)

func main() {
	t := tools.New(schemas.AsOf)
	js.Global().Set("refereeCall", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return string(t.Call(args[0].String(), []byte(args[1].String())))
	}))
	js.Global().Call("refereeReady")
	select {} // for as long as the page is there
}
