CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE areas (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	level TEXT NOT NULL, 
	name VARCHAR(50) NOT NULL, 
	short_name VARCHAR(50) NOT NULL, 
	aliases TEXT NOT NULL, 
	urban_rural TEXT NOT NULL, 
	valid_from TEXT, 
	valid_to TEXT, 
	successor_code VARCHAR(15), 
	duty_phone VARCHAR(30) NOT NULL, 
	leader_name VARCHAR(50) NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE assessment_signatures (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	assessment_id VARCHAR(64) NOT NULL, 
	member_id VARCHAR(64) NOT NULL, 
	signature TEXT, 
	signed_at TEXT NOT NULL, 
	differing_view VARCHAR(500) NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE assessments (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(15) NOT NULL, 
	submission_id VARCHAR(64) NOT NULL, 
	scale_id VARCHAR(100) NOT NULL, 
	scale_version VARCHAR(64) NOT NULL, 
	"trigger" TEXT NOT NULL, 
	trigger_note VARCHAR(200) NOT NULL, 
	assessed_at TEXT NOT NULL, 
	members TEXT NOT NULL, 
	answers TEXT NOT NULL, 
	red_flags TEXT NOT NULL, 
	score INTEGER NOT NULL, 
	level TEXT NOT NULL, 
	provisional BOOLEAN NOT NULL, 
	previous_level TEXT NOT NULL, 
	lowering_reason VARCHAR(200) NOT NULL, 
	"plan" TEXT NOT NULL, 
	next_due TEXT NOT NULL, 
	team_note VARCHAR(500) NOT NULL, 
	flags TEXT NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE audit_events (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	act TEXT NOT NULL, 
	object_kind VARCHAR(30) NOT NULL, 
	object_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(15) NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	count INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE back_check_drafts (
	id VARCHAR NOT NULL, 
	saved_at TEXT NOT NULL, 
	body VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE back_check_steps (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	back_check_id VARCHAR(64) NOT NULL, 
	action TEXT NOT NULL, 
	mode TEXT, 
	outcome TEXT, 
	answers TEXT, 
	no_relation BOOLEAN NOT NULL, 
	note VARCHAR(300) NOT NULL, 
	at TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	refused_code VARCHAR(64) NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE back_checks (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	visit_id VARCHAR(64) NOT NULL, 
	checker_id VARCHAR(64) NOT NULL, 
	questions TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	due_on TEXT NOT NULL, 
	seed VARCHAR(64) NOT NULL, 
	share_percent INTEGER, 
	requested_at TEXT NOT NULL, 
	status TEXT NOT NULL, 
	steps_taken INTEGER NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE batches (
	n INTEGER NOT NULL, 
	batch_id VARCHAR NOT NULL, 
	payload BLOB NOT NULL, 
	made_at TEXT NOT NULL, 
	answered_at TEXT, 
	PRIMARY KEY (n)
);
CREATE TABLE "blob_queue" (
	sha256 VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	record_id VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	mime VARCHAR NOT NULL, 
	queued_at TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	last_error VARCHAR NOT NULL, 
	urgent BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (sha256)
);
CREATE TABLE buckets (
	id VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	row_count INTEGER NOT NULL, 
	checksum INTEGER NOT NULL, 
	upto INTEGER NOT NULL, edition INTEGER DEFAULT '1' NOT NULL, filled INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE campaigns (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(15) NOT NULL, 
	title VARCHAR(60) NOT NULL, 
	note VARCHAR(500) NOT NULL, 
	filter TEXT NOT NULL, 
	form_id VARCHAR(100) NOT NULL, 
	starts_on TEXT NOT NULL, 
	ends_on TEXT NOT NULL, 
	closed_on TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE clue_drafts (
	id VARCHAR NOT NULL, 
	household_id VARCHAR, 
	started_at TEXT NOT NULL, 
	saved_at TEXT NOT NULL, 
	body VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE clue_receipts (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	user_id VARCHAR(64) NOT NULL, 
	clue_id VARCHAR(64) NOT NULL, 
	clue_no VARCHAR(30) NOT NULL, 
	kind TEXT NOT NULL, 
	urgency TEXT NOT NULL, 
	place VARCHAR(200) NOT NULL, 
	reported_at TEXT NOT NULL, 
	received_at TEXT, 
	status TEXT NOT NULL, 
	status_at TEXT, 
	merged BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE clue_steps (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	clue_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64), 
	area_code VARCHAR(15) NOT NULL, 
	action TEXT NOT NULL, 
	at TEXT NOT NULL, 
	opinion VARCHAR(500) NOT NULL, 
	seen TEXT, 
	urgency TEXT, 
	assignee_id VARCHAR(64) NOT NULL, 
	main_id VARCHAR(64), 
	department VARCHAR(100) NOT NULL, 
	visit_id VARCHAR(64), 
	on_spot_at TEXT, 
	found_household_id VARCHAR(64), 
	relief_id VARCHAR(64), 
	received_at TEXT, 
	seq INTEGER NOT NULL, 
	refused_code VARCHAR(40) NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE clues (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64), 
	area_code VARCHAR(15) NOT NULL, 
	place VARCHAR(200) NOT NULL, 
	lat FLOAT, 
	lon FLOAT, 
	source TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	urgency TEXT NOT NULL, 
	description VARCHAR(2000) NOT NULL, 
	person TEXT, 
	informant TEXT, 
	measures TEXT NOT NULL, 
	support_needed VARCHAR(500) NOT NULL, 
	photos TEXT NOT NULL, 
	happened_at TEXT, 
	found_at TEXT, 
	reported_at TEXT NOT NULL, 
	assessment_id VARCHAR(64), 
	visit_id VARCHAR(64), 
	flags TEXT NOT NULL, 
	clue_no VARCHAR(30) NOT NULL, 
	received_at TEXT, 
	clock_suspect BOOLEAN NOT NULL, 
	status TEXT NOT NULL, 
	status_at TEXT, 
	graded TEXT, 
	assignee_id VARCHAR(64) NOT NULL, 
	main_id VARCHAR(64), 
	department VARCHAR(100) NOT NULL, 
	clocks TEXT NOT NULL, 
	escalations TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE conflict_decisions (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	conflict_id VARCHAR(64) NOT NULL, 
	value VARCHAR(8000) NOT NULL, 
	seen VARCHAR(8000) NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	decided_at TEXT NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE conflicts (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	record_kind VARCHAR(30) NOT NULL, 
	record_id VARCHAR(64) NOT NULL, 
	field VARCHAR(64) NOT NULL, 
	sides TEXT NOT NULL, 
	state TEXT NOT NULL, 
	decision_id VARCHAR(64), 
	decided_by VARCHAR(64) NOT NULL, 
	decided_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE drafts (
	id VARCHAR NOT NULL, 
	household_id VARCHAR NOT NULL, 
	started_at TEXT NOT NULL, 
	saved_at TEXT NOT NULL, 
	body VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE duties (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(15) NOT NULL, 
	user_id VARCHAR(64) NOT NULL, 
	name VARCHAR(50) NOT NULL, 
	phone VARCHAR(30) NOT NULL, 
	since TEXT NOT NULL, 
	until TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE exemption_decisions (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	exemption_id VARCHAR(64) NOT NULL, 
	verdict TEXT NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	decided_at TEXT NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE form_drafts (
	id VARCHAR NOT NULL, 
	form_record_id VARCHAR NOT NULL, 
	form_id VARCHAR NOT NULL, 
	form_version VARCHAR NOT NULL, 
	definition_sha256 VARCHAR NOT NULL, 
	household_id VARCHAR, 
	person_id VARCHAR, 
	started_at TEXT NOT NULL, 
	saved_at TEXT NOT NULL, 
	xml VARCHAR NOT NULL, 
	audit VARCHAR NOT NULL, 
	files VARCHAR NOT NULL, 
	body VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE forms (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	form_id VARCHAR(100) NOT NULL, 
	version VARCHAR(64) NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	purpose TEXT NOT NULL, 
	definition_sha256 VARCHAR NOT NULL, 
	definition_size INTEGER NOT NULL, 
	files TEXT NOT NULL, 
	languages TEXT NOT NULL, 
	default_language VARCHAR(50) NOT NULL, 
	state TEXT NOT NULL, 
	published_at TEXT NOT NULL, 
	retired_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE fund_entries (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(9) NOT NULL, 
	kind TEXT NOT NULL, 
	amount INTEGER NOT NULL, 
	booked_at TEXT NOT NULL, 
	relief_id VARCHAR(64) NOT NULL, 
	step_id VARCHAR(64) NOT NULL, 
	corrects VARCHAR(64) NOT NULL, 
	document VARCHAR(100) NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	PRIMARY KEY (id)
);
CREATE VIRTUAL TABLE household_search USING fts5(words, pinyin, digits, tokenize='unicode61', prefix='1 2', content='', contentless_delete=1);
CREATE TABLE households (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_no VARCHAR(20) NOT NULL, 
	head_person_id VARCHAR(64), 
	contact_person_id VARCHAR(64), 
	head_name VARCHAR(50) NOT NULL, 
	area_code VARCHAR(15) NOT NULL, 
	group_name VARCHAR(30) NOT NULL, 
	address VARCHAR(200) NOT NULL, 
	registered_address VARCHAR(200) NOT NULL, 
	hukou_kind TEXT, 
	lat FLOAT, 
	lon FLOAT, 
	house_kind TEXT, 
	house_safety TEXT NOT NULL, 
	main_causes TEXT NOT NULL, 
	risk_level TEXT NOT NULL, 
	risk_assessment_id VARCHAR(64), 
	risk_next_due TEXT, 
	coverages TEXT NOT NULL, 
	tags TEXT NOT NULL, 
	consent_notice_at TEXT, 
	status TEXT NOT NULL, 
	merged_into VARCHAR(64), 
	remark VARCHAR(500) NOT NULL, risk_since TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE level_overrides (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	assessment_id VARCHAR(64) NOT NULL, 
	level TEXT NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	decided_at TEXT NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE mark_clearances (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	mark_id VARCHAR(64) NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	cleared_at TEXT NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE meta (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE older_visits (
	id VARCHAR NOT NULL, 
	household_id VARCHAR NOT NULL, 
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	superseded BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE organisations (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	credit_code VARCHAR(18) NOT NULL, 
	services TEXT NOT NULL, 
	areas TEXT NOT NULL, 
	contact_name VARCHAR(50) NOT NULL, 
	phone VARCHAR(30) NOT NULL, 
	volunteer BOOLEAN NOT NULL, 
	contracts TEXT NOT NULL, 
	users TEXT NOT NULL, 
	active BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE outbox (
	seq INTEGER NOT NULL, 
	op_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	record_id VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	base_rev INTEGER NOT NULL, 
	hlc VARCHAR NOT NULL, 
	body VARCHAR NOT NULL, 
	made_at TEXT NOT NULL, 
	urgent BOOLEAN NOT NULL, 
	batch_n INTEGER, 
	attempts INTEGER NOT NULL, 
	refused_code VARCHAR NOT NULL, 
	refused_field VARCHAR NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (op_id)
);
CREATE TABLE parameters (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	parameters TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE persons (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	name VARCHAR(50) NOT NULL, 
	name_alias VARCHAR(50) NOT NULL, 
	id_type TEXT NOT NULL, 
	id_number VARCHAR(30) NOT NULL, 
	id_converted BOOLEAN NOT NULL, 
	sex TEXT, 
	birth_date TEXT, 
	ethnicity VARCHAR(2) NOT NULL, 
	relation_to_head TEXT NOT NULL, 
	counted BOOLEAN NOT NULL, 
	not_counted_reason TEXT, 
	marital TEXT, 
	education TEXT, 
	labour TEXT, 
	job TEXT, 
	health TEXT NOT NULL, 
	chronic TEXT NOT NULL, 
	serious_illness TEXT NOT NULL, 
	illness_note VARCHAR(200) NOT NULL, 
	disability_type TEXT, 
	disability_grade INTEGER, 
	disability_cert VARCHAR(24) NOT NULL, 
	self_care TEXT, 
	carer_name VARCHAR(50) NOT NULL, 
	carer_phone VARCHAR(20) NOT NULL, 
	carer_kind TEXT, 
	phone VARCHAR(20) NOT NULL, 
	phone_owner TEXT, 
	bank_name VARCHAR(50) NOT NULL, 
	bank_account VARCHAR(30) NOT NULL, 
	status TEXT NOT NULL, 
	death_date TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE print_templates (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	template_id VARCHAR(50) NOT NULL, 
	version INTEGER NOT NULL, 
	title VARCHAR(60) NOT NULL, 
	department VARCHAR(30) NOT NULL, 
	files TEXT NOT NULL, 
	state TEXT NOT NULL, 
	published_at TEXT NOT NULL, 
	retired_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE projects (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	organisation_id VARCHAR(64) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	funder VARCHAR(100) NOT NULL, 
	funding INTEGER NOT NULL, 
	services TEXT NOT NULL, 
	areas TEXT NOT NULL, 
	target VARCHAR(200) NOT NULL, 
	quota INTEGER NOT NULL, 
	since TEXT NOT NULL, 
	until TEXT NOT NULL, 
	active BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE proven_blobs (
	sha256 VARCHAR NOT NULL, 
	proven_at TEXT NOT NULL, 
	PRIMARY KEY (sha256)
);
CREATE TABLE referral_steps (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(15) NOT NULL, 
	need_id VARCHAR(64) NOT NULL, 
	referral_id VARCHAR(64), 
	action TEXT NOT NULL, 
	at TEXT NOT NULL, 
	note VARCHAR(500) NOT NULL, 
	served_on TEXT, 
	quarter_hours INTEGER NOT NULL, 
	worker VARCHAR(50) NOT NULL, 
	rating INTEGER, 
	visit_id VARCHAR(64), 
	seq INTEGER NOT NULL, 
	refused_code VARCHAR(40) NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE referrals (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(15) NOT NULL, 
	need_id VARCHAR(64) NOT NULL, 
	organisation_id VARCHAR(64) NOT NULL, 
	project_id VARCHAR(64), 
	message VARCHAR(300) NOT NULL, 
	sent_at TEXT NOT NULL, 
	respond_due TEXT, 
	status TEXT NOT NULL, 
	logged INTEGER NOT NULL, 
	result VARCHAR(500) NOT NULL, 
	rating INTEGER, 
	closed_at TEXT, 
	steps_taken INTEGER NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE relief_drafts (
	id VARCHAR NOT NULL, 
	household_id VARCHAR, 
	started_at TEXT NOT NULL, 
	saved_at TEXT NOT NULL, 
	body VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE relief_steps (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	relief_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64), 
	area_code VARCHAR(15) NOT NULL, 
	action TEXT NOT NULL, 
	at TEXT NOT NULL, 
	opinion VARCHAR(500) NOT NULL, 
	amount INTEGER NOT NULL, 
	visit_id VARCHAR(64), 
	outcome TEXT, 
	photos TEXT NOT NULL, 
	signature TEXT, 
	seq INTEGER NOT NULL, 
	refused_code VARCHAR(40) NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE reliefs (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64), 
	area_code VARCHAR(15) NOT NULL, 
	clue_id VARCHAR(64), 
	visit_id VARCHAR(64), 
	kind TEXT NOT NULL, 
	path TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	urgency TEXT NOT NULL, 
	grade TEXT, 
	reason VARCHAR(500) NOT NULL, 
	recipient VARCHAR(50) NOT NULL, 
	persons TEXT NOT NULL, 
	person_count INTEGER NOT NULL, 
	self_paid INTEGER NOT NULL, 
	items TEXT NOT NULL, 
	amount INTEGER NOT NULL, 
	fund_source TEXT NOT NULL, 
	repeat_reason VARCHAR(200) NOT NULL, 
	surveyors TEXT NOT NULL, 
	village_opinion VARCHAR(500) NOT NULL, 
	photos TEXT NOT NULL, 
	signature TEXT, 
	given_at TEXT NOT NULL, 
	relief_no VARCHAR(30) NOT NULL, 
	status TEXT NOT NULL, 
	decide_at_level TEXT NOT NULL, 
	decision TEXT, 
	decided_by VARCHAR(64) NOT NULL, 
	decided_at TEXT, 
	decided_amount INTEGER NOT NULL, 
	paid_at TEXT, 
	paid_amount INTEGER NOT NULL, 
	refunded_amount INTEGER NOT NULL, 
	papers_state TEXT NOT NULL, 
	papers_due TEXT, 
	papers_at TEXT, 
	outcome TEXT, 
	done_at TEXT, 
	steps_taken INTEGER NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE search_entries (
	id INTEGER NOT NULL, 
	household_id VARCHAR NOT NULL, 
	h INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (household_id)
);
CREATE TABLE seen_alerts (
	clue_id VARCHAR NOT NULL, 
	mark VARCHAR NOT NULL, 
	seen_at TEXT NOT NULL, 
	PRIMARY KEY (clue_id)
);
CREATE TABLE service_needs (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(15) NOT NULL, 
	person_id VARCHAR(64), 
	visit_id VARCHAR(64), 
	kind TEXT NOT NULL, 
	urgency TEXT NOT NULL, 
	description VARCHAR(500) NOT NULL, 
	consent_to_share BOOLEAN NOT NULL, 
	not_eligible BOOLEAN NOT NULL, 
	seen_at TEXT NOT NULL, 
	status TEXT NOT NULL, 
	referral_id VARCHAR(64), 
	result VARCHAR(500) NOT NULL, 
	closed_at TEXT, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE spot_check_drafts (
	target_id VARCHAR NOT NULL, 
	started_at TEXT NOT NULL, 
	saved_at TEXT NOT NULL, 
	submitted_at TEXT, 
	body VARCHAR NOT NULL, 
	PRIMARY KEY (target_id)
);
CREATE TABLE spot_check_rectifications (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	spot_check_id VARCHAR(64) NOT NULL, 
	result_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(15) NOT NULL, 
	rectified_on TEXT NOT NULL, 
	note VARCHAR(500) NOT NULL, 
	recorded_at TEXT NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE spot_check_results (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	spot_check_id VARCHAR(64) NOT NULL, 
	target_id VARCHAR(64) NOT NULL, 
	plan_no VARCHAR(30) NOT NULL, 
	population TEXT NOT NULL, 
	subject_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(15) NOT NULL, 
	second_id VARCHAR(64) NOT NULL, 
	second_name VARCHAR(50) NOT NULL, 
	started_at TEXT NOT NULL, 
	checked_at TEXT NOT NULL, 
	met TEXT NOT NULL, 
	identity_agrees TEXT NOT NULL, 
	category_agrees TEXT NOT NULL, 
	amount_agrees TEXT NOT NULL, 
	visit_true TEXT NOT NULL, 
	notice_posted TEXT NOT NULL, 
	satisfaction TEXT, 
	found TEXT NOT NULL, 
	detail VARCHAR(1000) NOT NULL, 
	rectify_due TEXT, 
	photos TEXT NOT NULL, 
	signature TEXT, 
	lead_signature TEXT, 
	second_signature TEXT, 
	rectified_on TEXT, 
	rectified_note VARCHAR(500) NOT NULL, 
	rectified_by VARCHAR(64) NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE spot_check_targets (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	user_id VARCHAR(64) NOT NULL, 
	second_id VARCHAR(64) NOT NULL, 
	second_name VARCHAR(50) NOT NULL, 
	spot_check_id VARCHAR(64) NOT NULL, 
	plan_no VARCHAR(30) NOT NULL, 
	title VARCHAR(60) NOT NULL, 
	population TEXT NOT NULL, 
	subject_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(15) NOT NULL, 
	area_name VARCHAR(100) NOT NULL, 
	seq INTEGER NOT NULL, 
	check_until TEXT NOT NULL, 
	drawn_at TEXT NOT NULL, 
	barred TEXT NOT NULL, 
	facts TEXT, 
	status TEXT NOT NULL, 
	replaces VARCHAR(64), 
	replaced_by VARCHAR(64), 
	replace_reason VARCHAR(300) NOT NULL, 
	result_id VARCHAR(64), 
	PRIMARY KEY (id)
);
CREATE TABLE spot_checks (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(6) NOT NULL, 
	plan_no VARCHAR(30) NOT NULL, 
	title VARCHAR(60) NOT NULL, 
	population TEXT NOT NULL, 
	rate INTEGER NOT NULL, 
	minimum INTEGER NOT NULL, 
	period_from TEXT NOT NULL, 
	period_to TEXT NOT NULL, 
	check_from TEXT NOT NULL, 
	check_until TEXT NOT NULL, 
	population_digest VARCHAR(64) NOT NULL, 
	strata TEXT NOT NULL, 
	inspectors TEXT NOT NULL, 
	seed VARCHAR(100) NOT NULL, 
	witnesses TEXT NOT NULL, 
	drawn_at TEXT, 
	drawn_by VARCHAR(64) NOT NULL, 
	publications TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE stale_households (
	household_id VARCHAR NOT NULL, words BOOLEAN DEFAULT 1 NOT NULL, 
	PRIMARY KEY (household_id)
);
CREATE TABLE submissions (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	form_id VARCHAR(100) NOT NULL, 
	form_version VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64), 
	person_id VARCHAR(64), 
	area_code VARCHAR(15) NOT NULL, 
	instance_id VARCHAR(100) NOT NULL, 
	started_at TEXT NOT NULL, 
	finished_at TEXT NOT NULL, 
	xml VARCHAR(100000) NOT NULL, 
	files TEXT NOT NULL, 
	source TEXT NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE sync_log (
	id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	event VARCHAR NOT NULL, 
	facts VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE users (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	name VARCHAR(50) NOT NULL, 
	worker_kind TEXT NOT NULL, 
	roles TEXT NOT NULL, 
	active BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE visit_exemptions (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	reason TEXT NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	since TEXT NOT NULL, 
	until TEXT NOT NULL, 
	requested_at TEXT NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE visit_marks (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	visit_id VARCHAR(64) NOT NULL, 
	root_id VARCHAR(64) NOT NULL, 
	kind TEXT NOT NULL, 
	photo TEXT, 
	others TEXT NOT NULL, 
	explained BOOLEAN NOT NULL, 
	state TEXT NOT NULL, 
	cleared_by VARCHAR(64) NOT NULL, 
	cleared_at TEXT, 
	clear_reason VARCHAR(200) NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE visit_plans (
	household_id VARCHAR NOT NULL, 
	area_code VARCHAR NOT NULL, 
	rule_id VARCHAR NOT NULL, 
	unit VARCHAR NOT NULL, 
	period_start TEXT NOT NULL, 
	period_end TEXT NOT NULL, 
	required INTEGER NOT NULL, 
	valid_count INTEGER NOT NULL, 
	soon_from TEXT NOT NULL, 
	overdue_since TEXT, 
	last_visit_on TEXT, 
	exempt BOOLEAN NOT NULL, review_due TEXT, review_from TEXT, unreachable_since TEXT, follow_up_due TEXT, 
	PRIMARY KEY (household_id)
);
CREATE TABLE visit_reviews (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	visit_id VARCHAR(64) NOT NULL, 
	act TEXT NOT NULL, 
	reason VARCHAR(300) NOT NULL, 
	comments TEXT NOT NULL, 
	reviewed_at TEXT NOT NULL, 
	received_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE visit_rule_tables (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(15) NOT NULL, 
	valid_from TEXT NOT NULL, 
	rules TEXT NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	decided_at TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE visits (
	bucket VARCHAR NOT NULL, 
	rev INTEGER NOT NULL, 
	h INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	updated_at TEXT NOT NULL, 
	updated_by VARCHAR(64) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	household_id VARCHAR(64) NOT NULL, 
	area_code VARCHAR(15) NOT NULL, 
	purpose TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	result TEXT NOT NULL, 
	started_at TEXT NOT NULL, 
	finished_at TEXT NOT NULL, 
	backfilled BOOLEAN NOT NULL, 
	visitors TEXT NOT NULL, 
	persons_seen TEXT NOT NULL, 
	findings TEXT NOT NULL, 
	changes TEXT NOT NULL, 
	needs TEXT NOT NULL, 
	narrative VARCHAR(2000) NOT NULL, 
	phrases TEXT NOT NULL, 
	satisfaction TEXT, 
	suggestion VARCHAR(500) NOT NULL, 
	photos TEXT NOT NULL, 
	no_photo_reason VARCHAR(200) NOT NULL, 
	signature TEXT, 
	location TEXT, 
	flags TEXT NOT NULL, 
	remark VARCHAR(500) NOT NULL, 
	amends VARCHAR(64), 
	root_id VARCHAR(64) NOT NULL, 
	amend_reason VARCHAR(200) NOT NULL, 
	state TEXT NOT NULL, 
	state_reason VARCHAR(500) NOT NULL, 
	received_at TEXT, 
	superseded BOOLEAN NOT NULL, flag_reason VARCHAR(300) DEFAULT '' NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE wanted_blobs (
	sha256 VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	mime VARCHAR NOT NULL, 
	PRIMARY KEY (sha256)
);
CREATE INDEX ix_assessment_signatures_bucket ON assessment_signatures (bucket, rev);
CREATE INDEX ix_assessment_signatures_household ON assessment_signatures (household_id);
CREATE INDEX ix_assessments_bucket ON assessments (bucket, rev);
CREATE INDEX ix_assessments_household ON assessments (household_id, assessed_at);
CREATE INDEX ix_back_check_steps_bucket ON back_check_steps (bucket, rev);
CREATE INDEX ix_back_check_steps_check ON back_check_steps (back_check_id);
CREATE INDEX ix_back_check_steps_household ON back_check_steps (household_id);
CREATE INDEX ix_back_checks_bucket ON back_checks (bucket, rev);
CREATE INDEX ix_back_checks_household ON back_checks (household_id);
CREATE INDEX ix_back_checks_visit ON back_checks (visit_id);
CREATE INDEX ix_blob_queue_record_id ON blob_queue (record_id);
CREATE INDEX ix_clue_drafts_household_id ON clue_drafts (household_id);
CREATE INDEX ix_clue_receipts_clue ON clue_receipts (clue_id);
CREATE INDEX ix_clue_steps_bucket ON clue_steps (bucket, rev);
CREATE INDEX ix_clue_steps_clue ON clue_steps (clue_id);
CREATE INDEX ix_clue_steps_household ON clue_steps (household_id);
CREATE INDEX ix_clues_bucket ON clues (bucket, rev);
CREATE INDEX ix_clues_household ON clues (household_id);
CREATE INDEX ix_clues_main ON clues (main_id) WHERE main_id IS NOT NULL;
CREATE INDEX ix_clues_status ON clues (status, area_code);
CREATE INDEX ix_conflict_decisions_bucket ON conflict_decisions (bucket, rev);
CREATE INDEX ix_conflict_decisions_conflict ON conflict_decisions (conflict_id);
CREATE INDEX ix_conflict_decisions_household ON conflict_decisions (household_id);
CREATE INDEX ix_conflicts_bucket ON conflicts (bucket, rev);
CREATE INDEX ix_conflicts_household ON conflicts (household_id);
CREATE INDEX ix_drafts_household_id ON drafts (household_id);
CREATE INDEX ix_duties_area ON duties (area_code, until);
CREATE INDEX ix_exemption_decisions_bucket ON exemption_decisions (bucket, rev);
CREATE INDEX ix_exemption_decisions_household ON exemption_decisions (household_id);
CREATE INDEX ix_form_drafts_household_id ON form_drafts (household_id);
CREATE INDEX ix_fund_entries_area ON fund_entries (area_code, booked_at);
CREATE INDEX ix_fund_entries_bucket ON fund_entries (bucket, rev);
CREATE INDEX ix_households_bucket ON households (bucket, rev);
CREATE INDEX ix_households_found ON households (id, status, area_code, group_name, head_name);
CREATE INDEX ix_households_risk_due ON households (risk_next_due) WHERE risk_next_due IS NOT NULL;
CREATE INDEX ix_households_walk ON households (area_code, group_name, head_name, status, id);
CREATE INDEX ix_level_overrides_bucket ON level_overrides (bucket, rev);
CREATE INDEX ix_level_overrides_household ON level_overrides (household_id);
CREATE INDEX ix_mark_clearances_bucket ON mark_clearances (bucket, rev);
CREATE INDEX ix_mark_clearances_household ON mark_clearances (household_id);
CREATE INDEX ix_mark_clearances_mark ON mark_clearances (mark_id);
CREATE INDEX ix_older_visits_household ON older_visits (household_id);
CREATE INDEX ix_outbox_batch_n ON outbox (batch_n);
CREATE INDEX ix_outbox_record_id ON outbox (record_id);
CREATE INDEX ix_persons_bucket ON persons (bucket, rev);
CREATE INDEX ix_persons_household ON persons (household_id);
CREATE INDEX ix_persons_id_number ON persons (id_number);
CREATE INDEX ix_referral_steps_bucket ON referral_steps (bucket, rev);
CREATE INDEX ix_referral_steps_household ON referral_steps (household_id);
CREATE INDEX ix_referral_steps_need ON referral_steps (need_id);
CREATE INDEX ix_referrals_bucket ON referrals (bucket, rev);
CREATE INDEX ix_referrals_household ON referrals (household_id);
CREATE INDEX ix_referrals_need ON referrals (need_id);
CREATE INDEX ix_relief_drafts_household_id ON relief_drafts (household_id);
CREATE INDEX ix_relief_steps_bucket ON relief_steps (bucket, rev);
CREATE INDEX ix_relief_steps_household ON relief_steps (household_id);
CREATE INDEX ix_relief_steps_relief ON relief_steps (relief_id);
CREATE INDEX ix_reliefs_area ON reliefs (area_code, status);
CREATE INDEX ix_reliefs_bucket ON reliefs (bucket, rev);
CREATE INDEX ix_reliefs_household ON reliefs (household_id, given_at);
CREATE INDEX ix_service_needs_area ON service_needs (area_code, status);
CREATE INDEX ix_service_needs_bucket ON service_needs (bucket, rev);
CREATE INDEX ix_service_needs_household ON service_needs (household_id, seen_at);
CREATE INDEX ix_spot_check_rectifications_result ON spot_check_rectifications (result_id);
CREATE INDEX ix_spot_check_results_area ON spot_check_results (area_code, checked_at);
CREATE INDEX ix_spot_check_results_target ON spot_check_results (target_id);
CREATE INDEX ix_submissions_bucket ON submissions (bucket, rev);
CREATE INDEX ix_submissions_household ON submissions (household_id, form_id, finished_at);
CREATE INDEX ix_visit_exemptions_bucket ON visit_exemptions (bucket, rev);
CREATE INDEX ix_visit_exemptions_household ON visit_exemptions (household_id);
CREATE INDEX ix_visit_marks_bucket ON visit_marks (bucket, rev);
CREATE INDEX ix_visit_marks_household ON visit_marks (household_id);
CREATE INDEX ix_visit_marks_root ON visit_marks (root_id);
CREATE INDEX ix_visit_plans_area_code ON visit_plans (area_code);
CREATE INDEX ix_visit_plans_period_end ON visit_plans (period_end);
CREATE INDEX ix_visit_reviews_bucket ON visit_reviews (bucket, rev);
CREATE INDEX ix_visit_reviews_household ON visit_reviews (household_id);
CREATE INDEX ix_visit_reviews_visit ON visit_reviews (visit_id);
CREATE INDEX ix_visits_amended ON visits (root_id) WHERE amends IS NOT NULL;
CREATE INDEX ix_visits_area_time ON visits (area_code, finished_at, household_id);
CREATE INDEX ix_visits_bucket ON visits (bucket, rev);
CREATE INDEX ix_visits_household ON visits (household_id, finished_at, superseded, state, mode, result, purpose, area_code, received_at, amends, visitors, id);
CREATE INDEX ix_visits_returned ON visits (created_by) WHERE state = 'RETURNED';
CREATE INDEX ix_visits_root ON visits (root_id, received_at);
