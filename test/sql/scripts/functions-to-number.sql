-- to_number reads as PostgreSQL's: signs, spaces and what is skipped; age() of instants in the session's zone.
select f, t, to_number(t, f) from (values ('9,999.9','1,234.5'),('99','  12'),('99',' 12'),('9S9','1-2'),('S99','-1-2'),('99S','12-'),('99S','-12'),('S99','12-'),('99PR','<12>'),('99PR','-12'),('99.99MI','12.34-'),('MI99','-12'),('99MI','12'),('FM9.999999MI','5.01-'),('FM9999.9999999S','123.001-'),('9.9S','.5-'),('L9,999','$1,234'),('L99','€12'),('9 9','1 2'),('PL99','+12'),('SG99','-12'),('99SG','12-'),('99th','12th'),('99TH','12xx'),('9G999','1,234'),('9G999','1234'),('FM9,999','1,234'),('"x"99','x12'),('99"x"9','12x3'),('9.9','5'),('9.9','5.'),('99.9','12.34'),('9D9','1.2'),('000','1'),('B99','12'),('9V99','123'),('9V99','12'),('99','1 2'),('9S','1 -'),('9999','1-2'),('99.99','1.2.3'),('9999','+12'),('9999','12+'),('99S','12+'),('99PL','12+'),('PR','1')) v(f, t) where f <> 'PR';
select to_number('abc', '99');
select to_number('-', '9');
select to_number('', '9');
select to_number('1', '');
select to_number('<12', '99S');
select to_number('12345', '9V999');
select to_number('IX', 'RN');
select to_number('1e3', '9EEEE');
select to_number('日12', 'L99');
set timezone = 'America/New_York';
select age(timestamptz '2024-03-10 03:00', timestamptz '2024-03-09 03:00');
reset timezone;
