// What `golden.rs` pins, as hexadecimal digits. Checked once against an own CRC and COBS in another language.

const HELLO: &str = "09010201060504030103b0ca00";
const INFO: &str = "09810201060504030101110102deadbeef0188776655443322110104016b5500";
const CV: &str = "0802020106050403010e881378ecff7fedfeff0109781f00";
const EDGE: &str = "0d03020106050403010104396500";
const RAW: &str = "0804020106050403010201010680ffff640700";
const OLED: &str = "0910020106050403020303ff0481d16d00";
const LONGEST: &str = concat!(
    "0910020106050403028480ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffaf5f00",
);
const LED: &str = "0b1102010605040301688600";
const SET_RATE: &str = "0c12020106050403f4011f4800";
const PING: &str = "0e13020106050403d4c3b2a18f1d00";
const PONG: &str = "0e93020106050403d4c3b2a1259400";
const SEND_RAW: &str = "0b1402010605040301d6ce00";
const SELF_TEST: &str = "0b1502010605040301058900";
const CHECKLIST: &str = "0a9502010605040301010104406e5100";
const CAL_READ: &str = "0a20020106050403e78e00";
const CAL_STAGE: &str = "0821020106050403010208031fdb010208031fdb010208031fdb010208051fdb3b1700";
const CAL_COMMIT: &str = "0a2202010605040304ee00";
const CAL_CLEAR: &str = "0a23020106050403655600";
const CAL_STATE: &str = "08a0020106050403010208031fdb010208031fdb010208031fdb010208061fdb015f5600";
const BOOTSEL: &str = "0e300201060504031e5e07b080cd00";
const HEALTH: &str = "097f0201060504030101010202010102030101020402050206020703b16f00";
const REFUSED: &str = "0c7e02010605040321029bdf00";
