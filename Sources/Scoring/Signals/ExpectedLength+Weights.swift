/// Made by Tests/Evaluation/fit_expected_length.py; thousandths of log2.
extension ExpectedLength {
  static let base = 4202
  static let slope = 95
  static let slopeOfLong = 138

  static let weights =
    """
    the -304 a 91 of -46 to 61 in 48 is 33 and 215 given -380 what 551 for -97 write 258 \
    sentence -481 following -239 that 51 an 51 are -97 you -349 list -100 or -284 with -102 \
    from -52 i 10 create 91 on 152 me 530 generate 16 about 33 it -135 word -1021 can 520 as 4 \
    how 627 which -398 identify -705 string 148 by 212 all -27 provide -156 this -472 using 164 \
    code 49 name -518 some 227 was -248 function 201 noinput -404 s 76 find -154 give -378 \
    new -203 who 474 my 76 python 36 be 174 correct -486 two -141 numbers -312 array 74 \
    rewrite -385 number -283 between -146 tell -29 make 70 have -218 your 238 one -194 if 102 \
    each 211 text -202 paragraph 599 do 637 world -25 should 318 these 177 article -246 \
    classify -390 into 73 based -318 words -363 program 348 explain 731 at -17 convert -794 \
    why 1146 summary 1071 javascript -234 query -925 has -65 three -245 first 82 use 260 \
    its -132 describe 887 table -78 dog -75 question -418 where 422 c 372 when 347 voice -268 \
    whether -384 short 434 more 87 not -100 their 305 city 26 difference 748 suggest -12 up 192 \
    sql -254 edit -87 provided -368 story 801 she -344 order -12 complete -636 print -213 \
    cat -283 java 573 instrument -369 description 427 good 349 they -278 movie -253 time -225 \
    store -224 change -58 them -274 main 177 does 22 different 20 hello -454 would 356 \
    passive 204 book 296 capital -1360 will -210 out 92 states -242 brief 422 data 258 \
    information 332 takes -176 summarize 480 american 420 best 537 percussion -84 last -222 \
    need 47 most 355 product 240 calculate -108 class -42 html 239 been -179 return -33 \
    title -720 john -227 elements -21 synonym -1027 poem -132 returns -192 input 273 x -812 \
    sum -194 news -59 answer -723 over 1 did -547 grammar -7 design -110 please -81 recipe 520 \
    car -134 people 62 united 38 person -151 going 73 output -630 countries -85 t -6 come -507 \
    company 169 form -137 famous -129 popular 61 day 317 apple -256 translate -783 he -111 \
    email 31 year 100 phrase -694 set -200 happy -115 meaning -210 haiku -1351 characters 11 \
    integers -225 many -995 we -31 post -294 sort -202 remove -275 country -405 history 932 \
    were -169 topic 373 definition 342 used -237 any 222 algorithm 830 like -204 b -306 \
    element -472 extract -30 but 195 random -576 great 58 common 107 go 57 five -99 \
    spelling -101 there 109 ways -162 arr 351 someone -263 names -418 read -877 strings 72 \
    job 352 term 200 movies 231 type -433 language 121 age 461 statement -798 letter 126 \
    french -174 n 547
    """
}
