// An event as a file for the folder of --catalogue.

import { copy, el, fill, toast } from "./dom.js";
import { post } from "./api.js";
import { ask } from "./ask.js";
import { download } from "./download.js";

// saveAs asks for an id and saves the files that the platform makes of the request. began
// is the id of the variant that the event began as, if that is known.
export function saveAs(request, began) {
  const id = el("input", { required: true, autocomplete: "off", spellcheck: "false", pattern: "[a-z0-9\\-]+([.][a-z0-9\\-]+)+", title: "Small letters, digits and hyphens, with a point between" });
  id.value = `${(began ?? "event").split(".")[0]}.ours`;
  const name = el("input", { autocomplete: "off", placeholder: "that of the variant it began as" });
  const why = el("div", { class: "fields", role: "alert" });
  let then = null; // what is said when the dialog is gone
  const box = ask("Save as variant", [
    el("p", { class: "small soft" }, "Ids, texts and times of this person become placeholders; all else stays. Read the file before you use it."),
    el("label", {}, "Id", id), el("label", {}, "Title", name), why,
  ], "Save the file", async () => {
    fill(why);
    let made;
    try {
      made = await post("variants", { ...request, id: id.value, ...(name.value && { title: name.value }) });
    } catch (error) {
      if (!error.problem?.command) throw error;
      unfit(why, error);
      return undefined;
    }
    download(made);
    then = made.patches.length === 0 ? () => toast(`${made.name} is for the folder of --catalogue.`) : () => offer(made);
    return made;
  });
  box.addEventListener("close", () => then?.());
  id.select();
}

// unfit says why there is no file, and what says more.
function unfit(node, { message, problem: { command } }) {
  fill(node, el("p", { class: "note bad" }, message, "."),
    el("p", { class: "small" }, "If Meta sends it all the same, this command says what it differs in, and writes into the folder “ours” what can be written:"),
    el("pre", { class: "text", tabindex: "0", "aria-label": "Command" }, command),
    el("div", { class: "row" }, el("button", { class: "button", type: "button", onclick: () => copy(command) }, "Copy the command")));
}

// offer has the patches that a variant needs. A browser saves one file for one press.
function offer({ name, patches, note }) {
  ask(`${name} needs ${patches.length === 1 ? "a patch" : "patches"}`, [
    el("p", {}, "Meta's schemas do not know this event: ", note, "."),
    el("p", { class: "small soft" }, "Save what lets them know it into the same folder, of ", el("code", {}, "--catalogue"), ". Where that has a file of the name already, put the steps behind those that are in it."),
    patches.map((patch) => el("button", { class: "button", type: "button", onclick: () => download(patch) }, `Save ${patch.name}`)),
  ], "Done");
}
