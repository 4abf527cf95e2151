// Opens the wallet in WeChat's own browser with the arguments that the server has signed.
// What it answers is no proof: the page that follows asks WeChat Pay itself.

const button = document.querySelector("[data-bridge]");
const signed = JSON.parse(document.getElementById("bridge").textContent);

const ready = new Promise((resolve) => {
  if (window.WeixinJSBridge) resolve();
  else document.addEventListener("WeixinJSBridgeReady", resolve, { once: true });
});

async function pay() {
  await ready;
  window.WeixinJSBridge.invoke("getBrandWCPayRequest", signed, (answer) => {
    if (answer.err_msg === "get_brand_wcpay_request:ok") location.assign(button.dataset.back);
  });
}

button.addEventListener("click", pay);
pay();
