// Closes "More" when Escape is pressed, something else is touched, or the focus has gone on.
const more = document.querySelector(".desk-more");
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !more.open) return;
  more.open = false;
  more.querySelector("summary").focus();
});
for (const name of ["pointerdown", "focusin"]) {
  document.addEventListener(name, (event) => {
    if (!more.contains(event.target)) more.open = false;
  });
}
