// Asks the independent client wechatpay-axios-plugin: one order on standard input, one answer on
// standard output. Its modules are found through NODE_PATH.
const { Wechatpay, Rsa, Aes, Formatter } = require('wechatpay-axios-plugin');

const tasks = {
  // Does the peer accept what was signed?
  verify: ({ text, signature, key }) => Rsa.verify(text, signature, key),
  // A notice, sealed and signed by the peer as WeChat Pay does.
  notice: ({ order, id, apiv3Key, key, serial, timestamp }) => {
    const iv = Formatter.nonce(12);
    const aad = 'transaction';
    const body = JSON.stringify({
      id,
      resource_type: 'encrypt-resource',
      event_type: 'TRANSACTION.SUCCESS',
      resource: {
        algorithm: 'AEAD_AES_256_GCM',
        ciphertext: Aes.AesGcm.encrypt(JSON.stringify(order), apiv3Key, iv, aad),
        nonce: iv,
        associated_data: aad,
      },
    });
    const nonce = Formatter.nonce();
    const signature = Rsa.sign(Formatter.response(timestamp, nonce, body), key);
    return {
      headers: {
        'Wechatpay-Timestamp': timestamp,
        'Wechatpay-Nonce': nonce,
        'Wechatpay-Serial': serial,
        'Wechatpay-Signature': signature,
      },
      body,
    };
  },
  // The peer as a merchant: it asks our simulator, and verifies what that signs.
  order: async ({ address, merchant, certs, number }) => {
    const client = new Wechatpay({ ...merchant, certs, baseURL: address });
    const answer = await client.v3.pay.transactions.outTradeNo.$number$.get({
      params: { mchid: merchant.mchid }, number,
    });
    return answer.data;
  },
};

let given = '';
process.stdin.on('data', (part) => { given += part; }).on('end', async () => {
  const { task, ...rest } = JSON.parse(given);
  process.stdout.write(JSON.stringify(await tasks[task](rest)));
});
