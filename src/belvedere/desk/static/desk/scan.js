// Reads a voucher's QR code with the camera and sends the form. Typing the code always works.

const box = document.querySelector("[data-camera]");
const open = document.querySelector("[data-open]");
const form = document.querySelector("[data-scan]");
const video = box?.querySelector("video");
const status = box?.querySelector("[data-status]");

// Browsers that read QR codes themselves do; the others get our reader.
async function detector() {
  if ("BarcodeDetector" in globalThis) {
    const known = await globalThis.BarcodeDetector.getSupportedFormats().catch(() => []);
    if (known.includes("qr_code")) return new globalThis.BarcodeDetector({ formats: ["qr_code"] });
  }
  const { BarcodeDetector } = await import("./vendor/qr.js");
  return new BarcodeDetector({ formats: ["qr_code"] });
}

async function look() {
  open.hidden = true;
  box.hidden = false;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    await video.play();
    status.textContent = status.dataset.looking;
    const reader = await detector();
    const next = async () => {
      const found = video.readyState >= 2 ? await reader.detect(video).catch(() => []) : [];
      if (!found.length) return setTimeout(next, 150);
      for (const track of stream.getTracks()) track.stop();
      navigator.vibrate?.(80);
      form.elements.code.value = found[0].rawValue;
      form.requestSubmit();
    };
    next();
  } catch {
    status.textContent = status.dataset.refused;
    video.hidden = true;
    form.elements.code.focus();
  }
}

document.querySelector("[data-focus]")?.focus();
if (open && navigator.mediaDevices?.getUserMedia) {
  open.hidden = false;
  open.addEventListener("click", look);
  // Who has allowed the camera before wants it at once.
  navigator.permissions?.query({ name: "camera" }).then((answer) => answer.state === "granted" && !form.elements.code.value && look()).catch(() => {});
}
