// The commonest passwords of ten characters and more, as leaks show them; shorter ones are refused for their length.

const LIST = `
0123456789 1234567890 12345678910 0987654321 9876543210 01234567890 123456789a 123456789q 123456789z 123456789abc
1234567891 1234567899 1234512345 123123123123 123321123321 112233445566 1122334455 1472583690
1357924680 7894561230 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc 1qaz@wsx3edc !qaz2wsx3edc
q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedcrfv qazwsxedc1 qwertyuiop qwertyuiop1 qwertyuiop123 qwerty12345 qwerty123456
qwerty1234 qwer123456 qweasdzxc1 qweasdzxc123 qwe123456789 asdfghjkl1 asdfghjkl123 asdfghjkl; asdf123456
zxcvbnm123 zxcvbnm1234 zaq12wsxcde3 zaq1@wsx!qaz abcd123456 abcd12345678 abc123456789 abcdefghij abcdefg123
abc1234567 abcdef123456 aa12345678 aa123456789 aaa1234567 a123456789 a1234567890 as123456789 asd123456789
password12 password123 password1234 password12345 passw0rd123 p@ssw0rd123 p@ssword123 p@ssw0rd1234 pa$$w0rd123
password01 password!1 password2024 password2025 password2026 mypassword passwordpassword letmein123 letmein1234
welcome123 welcome1234 welcome2024 welcome2025 welcome2026 admin12345 admin123456 admin1234567 admin@12345 admin@123456
administrator administrator1 root123456 root1234567 test123456 test1234567 user123456 guest12345 changeme12
changeme123 default123 iloveyou12 iloveyou123 iloveyou1234 iloveyou520 sunshine123 princess123 football123
baseball123 superman123 dragon12345 monkey12345 shadow12345 michael123 charlie123 computer123 internet123
trustno1234 starwars123 whatever123 hello123456 secret12345 master12345 samsung123 liverpool1 letmein2024
woaini1314 woaini5201314 woaini1314520 woaini123456 woaiwojia1 5201314520 5201314521 1314520520
1314521521 520520520520 5211314520 52013145201 wang123456 wang1234567 zhang123456 li123456789 liu123456789
chen123456 zhao123456 yang123456 huang123456 xiaoming123 woshishui1 nihao123456 caonima123 qq123456789
a123456789a aini1314520 asdasd123456 zxc123456789 123qweasdzxc 123qwe123qwe qwe123qwe123 1234qwerasdf qwerasdfzxcv
1qaz1qaz1qaz 11111111111 1111111111 0000000000 8888888888 6666666666 9999999999 88888888888 168168168168
1234abcd1234 huawei@123 huawei12345 admin@huawei hikvision1 hikvision123 hik12345678 dahua12345 admin12345+
camera12345 camera123456 jiemu12345 jiemu123456 chengguan1 chengguan123 chengguan2024 jiedao123456 zhihui12345
`

export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(LIST.trim().split(/\s+/))
