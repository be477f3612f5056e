// Finds the number that a form's ticket asks for (qms/proof.py): tries one after the other until SHA-256 of
// "ticket:number" begins with so many zero bits.
const coder = new TextEncoder();

const zeros = (digest) => {
  let count = 0;
  for (const byte of digest) {
    if (byte !== 0) return count + Math.clz32(byte) - 24;
    count += 8;
  }
  return count;
};

onmessage = async ({ data: { ticket, bits } }) => {
  for (let number = 0; ; number += 1) {
    const digest = await crypto.subtle.digest("SHA-256", coder.encode(`${ticket}:${number}`));
    if (zeros(new Uint8Array(digest)) >= bits) {
      postMessage(String(number));
      return;
    }
  }
};
