// In the interview a digit chooses the answer at that place and goes on to the next question, while the focus is on a question.
// Without JavaScript the arrows and Tab do the same. Nothing that is answered is kept in the browser.
(() => {
  "use strict";
  const form = document.querySelector("form[data-keys]");
  if (!form) return;
  const questions = [...form.querySelectorAll("section.part fieldset")].filter((one) => one.querySelector("input[name^='answers-']"));
  const told = form.querySelector(".keys-told");
  if (told) told.hidden = false;
  form.classList.add("has-keys");
  form.addEventListener("keydown", (event) => {
    const question = event.target.closest("fieldset");
    const place = questions.indexOf(question);
    if (place < 0 || event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
    const choice = question.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    const next = questions[place + 1];
    const goal = next ? next.querySelector("input:checked") || next.querySelector("input") : choice;
    goal.focus();
    goal.closest("fieldset").scrollIntoView({ block: "nearest" });
  });
})();
