// Words for names and values of the contract. Any other name is written as a sentence: `device_model`, "Device model".

const WORDS = {
  ap_id: "Application",
  transaction_id: "Of transaction",
  marketing_id: "Of campaign",
  created_from: "From",
  created_to: "Before",
  sns_id: "SNS id",
  retry_cnt: "Retries",
  send_ts: "Handed over",
  delivered_ts: "Confirmed",
  failed_ts: "Failed",
  IOS: "iOS",
  WEBPUSH: "Web",
};

/** Return the label of a name or of a known value. */
export function label(name) {
  if (Object.hasOwn(WORDS, name)) return WORDS[name];
  const words = name.replaceAll("_", " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
