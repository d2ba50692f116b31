#!/bin/sh
# Checks an evidence pack of a key ceremony with sh, coreutils, grep, sed and openssl (3.0 or later) alone.
#
#   cd PACK && sh /path/to/your/own/verify.sh ROSTER_SHA256 [--withheld allowed]
#
# ROSTER_SHA256 comes from outside the pack: from the paper that the members of the roster took home. Run your own
# copy of this script; the one in the pack came with the pack. VERIFY.md says what each check proves and what none does.
# "--withheld allowed" is for a reader who was told that answers are withheld; otherwise that is a fault.
#
# One line for each check, "ok" or "FAULT"; exit 0 without a fault, 1 otherwise. Nothing in the pack is executed, no
# link in it is followed, no file name of it is used before it has been held to a pattern, and nothing is written but to
# a temporary folder.

LC_ALL=C
export LC_ALL
set -u
unset CDPATH
faults=0
checks=0

ok() {
  checks=$((checks + 1))
  printf 'ok     %s\n' "$1"
}

# Whatever is printed may have come from the pack: what is not plain is shown as a question mark.
fault() {
  checks=$((checks + 1))
  faults=$((faults + 1))
  printf 'FAULT  %s\n' "$(printf '%s' "$1" | tr -c ' -~' '?')"
}

# judge STATUS CLAIM: one line for a check that is already decided.
judge() {
  if [ "$1" -eq 0 ]; then ok "$2"; else fault "it does not hold that $2"; fi
}

# Here and below a function leaves what it finds in a variable, and a list is walked as words: a shell for each answer, a
# program for each lookup, and "read", which takes a file byte by byte, would be most of the time of this script.

# digest FILE: its SHA-256 in $found.
digest() {
  found=$(sha256sum <"$1")
  found=${found%% *}
}

# No NUL anywhere: the shell would not see it, and what it does not see it cannot check. All documents of the pack are
# looked at together, and one by one only where that finds any.
without_nul=0
look_for_nul() {
  for file in *.json *.jsonl */*.json addenda/*/addendum.json; do
    if [ -f "$file" ]; then set -- "$@" "$file"; fi
  done
  cat -- "$@" >"$work/documents" 2>/dev/null &&
    tr -d -c '\000' <"$work/documents" | cmp -s - /dev/null && without_nul=1
}
is_text() {
  [ "$without_nul" -eq 1 ] || tr -d '\000' <"$1" | cmp -s - "$1"
}

is_name() {
  case $1 in
    [!a-z]* | *[!a-z0-9-]* | '') return 1 ;;
  esac
}

# A JSON document has no line feed at its end, and a last line without one is lost to "read".
document() {
  cat "$1"
  printf '\n'
}

# A JSON document of one line whose every member fits the pattern, so that reading it with sed cannot be misled.
is_document() {
  [ -f "$1" ] && is_text "$1" && [ "$(wc -l <"$1")" -eq 0 ] && grep -Eqx -e "$2" "$1"
}

# member NAME: its value in $value, of the short document in $line, which is_document has found to be of its form: none
# of its values has a quote in it, and none of its names stands twice.
member() {
  value=${line#*"\"$1\":\""}
  value=${value%%\"*}
}

roster_sha256=$(printf '%s' "${1-}" | tr 'A-F' 'a-f' | tr -d ' ')
case $roster_sha256 in
  *[!0-9a-f]* | '') bad_usage=1 ;;
  *) if [ "${#roster_sha256}" -eq 64 ]; then bad_usage=0; else bad_usage=1; fi ;;
esac
told=0
case "$#,${2-},${3-}" in
  '1,,') ;;
  '3,--withheld,allowed') told=1 ;;
  *) bad_usage=1 ;;
esac
if [ "$bad_usage" -eq 1 ]; then
  printf 'usage: cd PACK && sh verify.sh ROSTER_SHA256 [--withheld allowed]   (64 hexadecimal digits, from outside the pack)\n' >&2
  exit 1
fi
if [ ! -f manifest.json ]; then
  printf 'FAULT  there is no manifest.json here: this is no evidence pack, or the ceremony was never sealed\n'
  exit 1
fi

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$work/event" "$work/chain"

hex='[0-9a-f]{64}'
none=0000000000000000000000000000000000000000000000000000000000000000
name='[a-z][a-z0-9-]*'
path='[A-Za-z0-9][A-Za-z0-9._/+=-]*'
utc='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z'

# --- files -----------------------------------------------------------------------------------------------------------

# Level by level, so that no folder is even listed through a link: what one points to is not of the pack.
stop_at_links() {
  links=0
  for file in "$@"; do
    if [ -h "$file" ]; then
      fault "a link, not a file: $file"
      links=$((links + 1))
    fi
  done
  [ "$links" -eq 0 ] && return
  printf 'FAULT  a pack has no links: nothing of it was read\n'
  exit 1
}
stop_at_links * .[!.]* ..?*
stop_at_links */* */.[!.]* */..?*
stop_at_links */*/* */*/.[!.]* */*/..?*
stop_at_links */*/*/* */*/*/.[!.]* */*/*/..?*
stop_at_links */*/*/*/* */*/*/*/.[!.]* */*/*/*/..?*

before=$faults
: >"$work/files"
for file in * .[!.]* ..?* */* */.[!.]* */..?* */*/* */*/.[!.]* */*/..?* addenda/*/files/* addenda/*/signatures/*; do
  if [ -f "$file" ]; then
    case $file in
      *[!A-Za-z0-9._/+=-]* | -* | .* | */.* | */-*) fault "a file name that is not plain: $file" ;;
      *) printf '%s\n' "$file" >>"$work/files" ;;
    esac
  elif [ -d "$file" ]; then
    # What lies in it no pattern here would see.
    case ${file##*/} in .*) fault "a hidden folder: $file" ;; esac
  elif [ -e "$file" ]; then
    fault "neither a file nor a folder: $file"
  fi
done
# answers_in FOLDER: answers to OCSP requests lie as deep as the base64 of these has slashes.
answers_in() {
  stop_at_links "$1"/* "$1"/.[!.]* "$1"/..?*
  for file in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    if [ -d "$file" ]; then
      case ${file##*/} in .*) fault "a hidden folder: $file" ;; esac
      answers_in "$file"
    elif [ -f "$file" ]; then
      case $file in
        *[!A-Za-z0-9._/+=-]* | */.* | */-*) fault "a file name that is not plain: $file" ;;
        *) printf '%s\n' "$file" >>"$work/files" ;;
      esac
    elif [ -e "$file" ]; then
      fault "neither a file nor a folder: $file"
    fi
  done
}
for folder in publish/ocsp/*; do
  if [ -d "$folder" ]; then answers_in "$folder"; fi
done
# Nothing else lies so deep but what an addendum carries, and its signatures.
for file in */*/*/* */*/*/.[!.]* */*/*/..?* */*/*/*/* */*/*/*/.[!.]* */*/*/*/..?*; do
  case $file in
    publish/ocsp/*) continue ;;
    addenda/*/files/*/* | addenda/*/signatures/*/* | addenda/*/*/.*) ;;
    addenda/*/files/* | addenda/*/signatures/*) [ -f "$file" ] && continue ;;
  esac
  if [ -e "$file" ]; then fault "deeper than any file of a pack: $file"; fi
done
[ "$faults" -gt "$before" ] || ok 'all files are plain files with plain names'
look_for_nul

# --- roster: the anchor ----------------------------------------------------------------------------------------------

token="\{\"encryption\":\"[A-Za-z0-9+/=]+\",\"model\":\"[^\"\\]*\",\"origin\":\"[a-z-]+\",\"serial\":\"[^\"\\]*\",\"signing\":\"[A-Za-z0-9+/=]+\"\}"
member="\{\"evidence\":\"(token|paper)\",\"role\":\"$name\",\"seat\":\"$name\"(,\"tokens\":\[$token(,$token)*\])?\}"
class="\"[a-z]+\":\{\"need\":[0-9]+,\"role\":\"$name\"\}"
roster="\{\"classes\":\{$class(,$class)*\},\"members\":\[$member(,$member)*\],\"previous\":\"$hex\",\"type\":\"quorate/roster/1\",\"version\":[0-9]+\}"

if [ ! -f roster/roster.json ]; then
  fault 'there is no roster/roster.json'
  exit 1
fi
digest roster/roster.json
began=$found
# Another roster may have taken its place in this ceremony: then the manifest names that one, and it names this one.
changed=0
ended=$began
if [ -f roster/next/roster.json ]; then
  digest roster/next/roster.json
  case $(tail -c 200 manifest.json) in
    *"\"roster\":\"$found\",\"type\":\"quorate/manifest/1\"}"*) [ "$found" = "$began" ] || { changed=1 ended=$found; } ;;
  esac
fi
if [ "$changed" -eq 1 ] && [ "$ended" = "$roster_sha256" ]; then
  ok 'roster/next/roster.json has the SHA-256 that was given'
else
  [ "$began" = "$roster_sha256" ]
  judge $? 'roster/roster.json has the SHA-256 that was given'
fi
if ! is_document roster/roster.json "$roster"; then
  fault 'roster/roster.json has not the form of a roster; what follows from it cannot be checked'
  exit 1
fi

# Members as "seat:role:evidence", certificates of their tokens as "seat:path": names and paths have no colon.
# members_of FOLDER: of the roster in that folder, into $members and $pems; what is not as it pins is a fault.
members_of() {
  members=' '
  pems=''
  : >"$work/certificates"
  : >"$work/seats"
  before=$faults
  document "$1/roster.json" | sed -e 's/{"evidence":/\
&/g' -e 's/{"encryption":/\
&/g' | sed -n \
    -e 's/^{"evidence":"\([a-z]*\)","role":"\([a-z0-9-]*\)","seat":"\([a-z0-9-]*\)".*$/member \3 \2 \1/p' \
    -e 's/^{"encryption":.*,"signing":"\([A-Za-z0-9+/=]*\)"}.*$/token \1 - -/p' >"$work/roster"
  folder=$1
  seat=''
  set -- $(cat "$work/roster")
  while [ $# -gt 0 ]; do
    kind=$1 first=$2 second=$3 third=$4
    shift 4
    if [ "$kind" = member ]; then
      seat=$first
      index=0
      members="$members$seat:$second:$third "
      printf '%s\n' "$seat" >>"$work/seats"
    else
      index=$((index + 1))
      if [ "$index" -eq 1 ]; then pem="$folder/$seat.pem"; else pem="$folder/$seat.$index.pem"; fi
      {
        printf -- '-----BEGIN CERTIFICATE-----\n'
        printf '%s\n' "$first" | fold -w 64
        printf -- '-----END CERTIFICATE-----\n'
      } >"$work/pem"
      if [ -f "$pem" ] && cmp -s "$work/pem" "$pem"; then
        pems="$pems $seat:$pem"
        printf '%s\n' "$first" >>"$work/certificates"
      else
        fault "$pem is not the certificate that the roster pins for $seat"
      fi
    fi
  done
  [ "$faults" -gt "$before" ] || ok "$(($(wc -l <"$work/certificates"))) certificates in $folder/ are those that the roster pins"
  twice=$(sort "$work/seats" | uniq -d; sort "$work/certificates" | uniq -d)
  [ -z "$twice" ]
  judge $? "no seat and no certificate stands twice in $folder/roster.json"
}
members_of roster

# role_of SEAT: its role by the roster in $its_role; nothing for one that is not on it.
role_of() {
  its_role=''
  case $members in
    *" $1:"*)
      its_role=${members#*" $1:"}
      its_role=${its_role%%:*}
      ;;
  esac
}

# is_in_role SEAT ROLE: by the roster; nobody is in no role.
is_in_role() {
  role_of "$1"
  [ -n "$2" ] && [ "$its_role" = "$2" ]
}

# The classes of operations as "class:need:role".
rules=$(document roster/roster.json | sed -e 's/^{"classes":{//' -e 's/}},"members":.*$//' -e 's/"\([a-z]*\)":{"need":\([0-9]*\),"role":"\([a-z0-9-]*\)"}*,*/\1:\2:\3 /g')

# rule_of CLASS: how many people of which role approve it, in $need and $role; 0 where the roster has no such class.
rule_of() {
  need=0
  role=''
  for rule in $rules; do
    case $rule in
      "$1:"*)
        role=${rule##*:}
        need=${rule#*:}
        need=${need%%:*}
        ;;
    esac
  done
}

# signed_by SEAT SIGNATURE CONTENT: by one of the certificates that the roster pins for that seat, and by no other.
# The certificates that this computer trusts have no part in it, and are not even read.
signed_by() {
  for pem in $pems; do
    case $pem in "$1:"*) ;; *) continue ;; esac
    openssl cms -verify -binary -inform DER -in "$2" -content "$3" -nointern -certfile "${pem#*:}" \
      -noverify -no-CAfile -no-CApath -no-CAstore -out /dev/null 2>/dev/null && return 0
  done
  return 1
}

# signed_as_enrolled SEAT SIGNATURE ENROLMENT: whether the token that an enrolment names has signed it.
signed_as_enrolled() {
  certificate=$(sed 's/^.*"signing":"//; s/".*$//' "$3")
  {
    printf -- '-----BEGIN CERTIFICATE-----\n'
    printf '%s\n' "$certificate" | fold -w 64
    printf -- '-----END CERTIFICATE-----\n'
  } >"$work/enrolled.pem"
  on_roster=$pems
  pems="$1:$work/enrolled.pem"
  signed_by "$1" "$2" "$3"
  signed=$?
  pems=$on_roster
  return "$signed"
}

# signed_by_all FOLDER: every member with a token has signed the roster in that folder.
signed_by_all() {
  before=$faults
  count=0
  for listed in $members; do
    case $listed in *:token) ;; *) continue ;; esac
    seat=${listed%%:*}
    count=$((count + 1))
    if [ ! -f "$1/$seat.p7s" ]; then
      fault "$seat has not signed $1/roster.json"
    elif ! signed_by "$seat" "$1/$seat.p7s" "$1/roster.json"; then
      fault "$1/$seat.p7s is no signature of $seat over the roster"
    fi
  done
  [ "$faults" -gt "$before" ] || ok "all $count members with a token have signed $1/roster.json"
}
signed_by_all roster
began_members=$members
began_pems=$pems
ended_members=$members
ended_pems=$pems

# --- a roster that took the place of that one ------------------------------------------------------------------------

# entries_of FOLDER: a line for each member of a roster, as it stands there.
entries_of() {
  document "$1/roster.json" | sed 's/{"evidence":/\
&/g' | sed -n -e 's/\],"previous":"[0-9a-f]*","type":"quorate\/roster\/1","version":[0-9]*}$//' -e 's/,$//' -e '/^{"evidence":/p' | sort
}
seats_in() {
  sed -n 's/^.*"role":"[a-z0-9-]*","seat":"\([a-z0-9-]*\)".*$/"\1"/p' "$1" | sort
}
# keys_in FILE: a line for each public key in the certificates of the members in that file, sorted.
keys_in() {
  sed -e 's/"encryption":"/\
/g' -e 's/"signing":"/\
/g' "$1" | sed -n 's/^\(MI[A-Za-z0-9+\/=]*\)".*$/\1/p' | while IFS= read -r certificate; do
    {
      printf -- '-----BEGIN CERTIFICATE-----\n'
      printf '%s\n' "$certificate" | fold -w 64
      printf -- '-----END CERTIFICATE-----\n'
    } | openssl x509 -noout -pubkey 2>/dev/null | tr -d '\n'
    printf '\n'
  done | sort -u
}
# stands_in FILE SEAT: evidence, role and seat of a member with a token, as they stand in that file; nothing for any other.
stands_in() {
  sed -n "s/^\({\"evidence\":\"token\",\"role\":\"[a-z0-9-]*\",\"seat\":\"$2\",\).*$/\1/p" "$1"
}
numbers_of() {
  document "$1/roster.json" | sed -n 's/^\({"classes":.*\),"members":.*$/\1/p'
}
if [ "$changed" -eq 1 ]; then
  before=$faults
  version=$(sed -n 's/.*"type":"quorate\/roster\/1","version":\([0-9]*\)}.*/\1/p' roster/roster.json)
  is_document roster/next/roster.json "$roster" || fault 'roster/next/roster.json has not the form of a roster'
  case $(tail -c 200 roster/next/roster.json) in
    *"\"previous\":\"$began\",\"type\":\"quorate/roster/1\",\"version\":$((${version:-0} + 1))}") ;;
    *) fault 'roster/next/roster.json does not name roster/roster.json before it, as the next version' ;;
  esac
  [ "$(numbers_of roster)" = "$(numbers_of roster/next)" ] || fault 'roster/next/roster.json has other numbers than the one before'
  entries_of roster >"$work/began"
  entries_of roster/next >"$work/ended"
  comm -23 "$work/began" "$work/ended" >"$work/leaves"
  comm -13 "$work/began" "$work/ended" >"$work/joins"
  seats_in "$work/leaves" >"$work/leaving"
  seats_in "$work/joins" >"$work/joining"
  comm -12 "$work/leaving" "$work/joining" >"$work/renewing"
  leaves=$(comm -23 "$work/leaving" "$work/renewing" | tr '\n' ',')
  joins=$(comm -23 "$work/joining" "$work/renewing" | tr '\n' ',')
  renews=$(tr '\n' ',' <"$work/renewing")
  renewed=' '
  keys_in "$work/began" >"$work/keys"
  # Who stays stands as before, or with tokens of which no key was anybody's.
  for seat in $(tr -d '"' <"$work/renewing"); do
    renewed="$renewed$seat "
    was=$(stands_in "$work/leaves" "$seat")
    [ -n "$was" ] && [ "$was" = "$(stands_in "$work/joins" "$seat")" ] ||
      fault "of those who stay, $seat stands otherwise in roster/next/roster.json"
    grep -F -e "\"seat\":\"$seat\"" "$work/joins" >"$work/renewal"
    keys_in "$work/renewal" >"$work/new-keys"
    [ -s "$work/new-keys" ] && [ -z "$(comm -12 "$work/keys" "$work/new-keys")" ] ||
      fault "of those who stay, $seat stands in roster/next/roster.json with a key that was on the roster before"
  done
  [ "$faults" -gt "$before" ] ||
    ok "roster/next/roster.json follows: who leaves is ${leaves%,}, who joins ${joins%,}, who stays with another token ${renews%,}; all else is as before"
  [ -z "$renews" ] || renews=",\"renews\":[${renews%,}]"
  ceremony=$(sed -n 's/.*"ceremony":"\([0-9a-f]*\)".*/\1/p' manifest.json)
  if [ -f authorization.json ]; then digest authorization.json; fi
  printf '{"authorization":"%s","ceremony":"%s","joins":[%s],"leaves":[%s],"previous":"%s"%s,"roster":"%s","type":"quorate/roster-change/1"}' \
    "$found" "$ceremony" "${joins%,}" "${leaves%,}" "$began" "$renews" "$ended" >"$work/change"
  [ -f roster/change.json ] && cmp -s "$work/change" roster/change.json
  judge $? 'roster/change.json is the change from the one to the other, in this ceremony'
  rule_of administer
  count=0
  for file in roster/change/*.p7s; do
    [ -f "$file" ] || continue
    seat=${file#roster/change/}
    seat=${seat%.p7s}
    case $renewed in *" $seat "*)
      fault "$file: $seat is enrolled anew, and does not approve that"
      continue
      ;;
    esac
    if is_name "$seat" && is_in_role "$seat" "$role" && signed_by "$seat" "$file" roster/change.json; then
      count=$((count + 1))
    else
      fault "$file is no approval of the change by somebody who may decide on the roster before"
    fi
  done
  [ "$need" -gt 0 ] && [ "$count" -ge "$need" ]
  judge $? "$count of $need needed people of the roster before approved the change"
  members_of roster/next
  signed_by_all roster/next
  ended_members=$members
  ended_pems=$pems
fi

# in_force EVENT: by which roster that event is judged; the last line of all is by the one at the end.
since=0
if [ "$changed" -eq 1 ]; then
  superseded=''
  [ -z "$renews" ] || superseded='"renews":{[]a-z0-9":,[-]*},'
  since=$(grep -n -e "\"previous\":\"$began\",$superseded\"roster\":\"$ended\",\"signedBy\":\[[a-z0-9\",-]*\]},\"salt\":\"[0-9a-f]*\",\"seq\":[0-9]*,\"step\":\"[a-z0-9.@-]*\",\"subject\":\"roster\",\"type\":\"observation\"}\$" events.jsonl | head -n 1 | cut -d : -f 1)
  [ -n "$since" ]
  judge $? 'the record says when the other roster took effect'
  since=${since:-0}
fi
in_force() {
  if [ "$changed" -eq 1 ] && [ "$1" -gt "$since" ]; then
    members=$ended_members pems=$ended_pems
  else
    members=$began_members pems=$began_pems
  fi
}
in_force 0

# --- manifest and sums -----------------------------------------------------------------------------------------------

entry="\{\"path\":\"$path\",\"sha256\":\"$hex\",\"size\":[0-9]+\}"
manifest="\{\"authorization\":\"$hex\",\"ceremony\":\"$hex\",\"events\":[0-9]+,\"files\":\[$entry(,$entry)*\],\"head\":\"$hex\",\"mode\":\"(rehearsal|production)\",\"outcome\":\"(complete|aborted)\",\"roster\":\"$hex\",\"type\":\"quorate/manifest/1\"\}"
if ! is_document manifest.json "$manifest"; then
  fault 'manifest.json has not the form of a manifest; what follows from it cannot be checked'
  exit 1
fi
ok 'manifest.json has the form of a manifest'

# A member of the manifest: none of the names can stand in a path, whose characters are bound above.
stated() {
  sed -n "s/.*\"$1\":\"\{0,1\}\([0-9a-z]*\)\"\{0,1\}[,}].*/\1/p" manifest.json
}
ceremony=$(stated ceremony)
events=$(stated events)
head=$(stated head)
mode=$(stated mode)
outcome=$(stated outcome)

document manifest.json | sed 's/{"path":/\
&/g' | sed -n 's/^{"path":"\([^"]*\)","sha256":"\([0-9a-f]*\)","size":\([0-9]*\)}.*$/\2 \3 \1/p' >"$work/listed"
before=$faults
: >"$work/expected"
files=''
count=0
set -- $(cat "$work/listed")
while [ $# -gt 0 ]; do
  sum=$1 size=$2 file=$3
  shift 3
  if [ ! -f "$file" ]; then
    fault "the manifest lists $file, which is not here"
  else
    printf '%s  %s\n' "$sum" "$file" >>"$work/expected"
    printf '%s %s\n' "$size" "$file" >>"$work/stated-sizes"
    files="$files $file"
    count=$((count + 1))
  fi
done
sha256sum -c "$work/expected" 2>/dev/null | grep -v ': OK$' >"$work/failed"
while read -r file _; do fault "${file%:} has not the SHA-256 that the manifest says"; done <"$work/failed"
# "wc" pads its numbers; its last line is the total.
wc -c -- $files </dev/null | sed -e 's/^ *//' -e '$d' | cmp -s - "$work/stated-sizes" || fault 'a file has not the size that the manifest says'
[ "$faults" -gt "$before" ] || ok "$count files are as the manifest lists them"

cut -d ' ' -f 3 "$work/listed" >"$work/paths"
before=$faults
grep -Ev '^(manifest\.json|SHA256SUMS|events\.jsonl|(signatures|timestamps|addenda|views)/.*)$' "$work/files" | sort >"$work/here"
sort "$work/paths" | comm -23 "$work/here" - >"$work/unlisted"
while read -r file; do fault "$file is here, and the manifest does not list it"; done <"$work/unlisted"
[ "$faults" -gt "$before" ] || ok 'no file is here that the manifest does not list'

{
  cat "$work/expected"
  for file in events.jsonl manifest.json; do [ -f "$file" ] && sha256sum "$file"; done
} | sort -k 2 >"$work/sums"
[ -f SHA256SUMS ] && cmp -s "$work/sums" SHA256SUMS
judge $? 'SHA256SUMS lists these files and events.jsonl and manifest.json, each with its SHA-256'

[ "$(stated roster)" = "$ended" ]
judge $? 'the manifest names this roster'
[ -f authorization.json ] && digest authorization.json && [ "$(stated authorization)" = "$found" ]
judge $? 'the manifest names this authorization'

# --- transcript ------------------------------------------------------------------------------------------------------

# Whether $(...) is taken as lines, or as words as always. Lines are marked, since empty ones would be lost.
as_lines() {
  set -f
  IFS='
'
}
as_words() {
  set +f
  unset IFS
}
marked() {
  sed 's/^/|/' "$1"
}

# lines FILE FOLDER: each line into a file of its own, without its line feed; how many in $count.
lines() {
  count=0
  as_lines
  for line in $(marked "$1"); do
    count=$((count + 1))
    printf '%s' "${line#|}" >"$2/$count"
  done
  as_words
}

for file in events.jsonl chain.jsonl; do
  [ -f "$file" ] && is_text "$file" && [ "$(tail -c 1 "$file" | od -A n -t x1 | tr -d ' \n')" = 0a ]
  judge $? "$file is text whose last line has its line feed"
  [ -f "$file" ] || exit 1
done
lines events.jsonl "$work/event"
event_count=$count
lines chain.jsonl "$work/chain"
chain_count=$count
[ "$event_count" -eq "$chain_count" ] && [ "$chain_count" -eq "$events" ]
judge $? "the transcript has $events events, as the manifest says"

link="\{\"leaf\":\"$hex\",\"level\":\"(public|restricted)\",\"prev\":\"$hex\",\"seq\":[0-9]+\}"
! grep -Evqx -e "$link" chain.jsonl
judge $? 'every line of chain.jsonl has the form of a chain line'

before=$faults
withheld=0
number=0
: >"$work/check"
sed -n 's/^{"leaf":"\([0-9a-f]*\)","level":"\([a-z]*\)","prev":"\([0-9a-f]*\)","seq":\([0-9]*\)}$/\1 \2 \3 \4/p' chain.jsonl >"$work/links"
set -- $(cat "$work/links")
while [ $# -gt 0 ]; do
  leaf=$1 level=$2 prev=$3 seq=$4
  shift 4
  number=$((number + 1))
  [ "$seq" -eq "$number" ] || fault "chain line $number says that it is $seq"
  if [ -s "$work/event/$number" ]; then
    printf '%s  event/%s\n' "$leaf" "$number" >>"$work/check"
  else
    withheld=$((withheld + 1))
    [ "$level" = restricted ] || fault "event $number is withheld, and it is not a restricted one"
  fi
  if [ "$number" -eq 1 ]; then
    [ "$prev" = 0000000000000000000000000000000000000000000000000000000000000000 ] || fault 'the first chain line follows another one'
  else
    printf '%s  chain/%s\n' "$prev" "$((number - 1))" >>"$work/check"
  fi
done
printf '%s  event/1\n%s  chain/%s\n' "$ceremony" "$head" "$chain_count" >>"$work/check"
(cd "$work" && sha256sum -c check 2>/dev/null) | grep -v ': OK$' >"$work/failed"
while read -r file _; do fault "the chain breaks at ${file%:}: a line is not the one whose SHA-256 is recorded"; done <"$work/failed"
[ "$faults" -gt "$before" ] || ok "the chain holds from the first event ($ceremony) to the head ($head)"
# An empty line says of itself in which step it stands by where it stands.
number=0
open=0
as_lines
for line in $(marked events.jsonl); do
  number=$((number + 1))
  case $line in
    '|') [ "$open" -eq 1 ] || fault "event $number is withheld, and no step is open: answers and corrections stand in steps" ;;
    *'"phase":"begin",'*'"type":"step","why":""}') open=1 ;;
    *'"type":"step","why":"'*'"}' | *'"type":"abort"}' | *'"type":"close"}' | *'"type":"resume",'*'"voided":['*']}') open=0 ;;
  esac
done
as_words
if [ "$withheld" -gt 0 ]; then
  claim="$withheld answers or corrections are withheld; their digests stand in the chain, and their steps are not shown"
  if [ "$told" -eq 1 ]; then ok "$claim"; else fault "$claim; if you were told of them, say --withheld allowed"; fi
fi

# Only what people said may be withheld: what was observed is public, so that no unfit computer can be blanked.
{
  grep -n -e '"type":"answer"' -e '^{"answer":.*"type":"correction"' events.jsonl
  grep -n '^$' events.jsonl
} | cut -d : -f 1 | sort >"$work/answers"
grep -n -e '"level":"restricted"' chain.jsonl | cut -d : -f 1 | sort | cmp -s - "$work/answers"
judge $? 'answers and corrections are restricted, and nothing else is'

# A first enrolment makes the roster: its authorization names none, and no HSM; nothing is proposed in it.
founding=0
if [ -f authorization.json ] && grep -Fq -e "\"roster\":\"$none\"" authorization.json; then
  founding=1
  ! grep -q -e '"type":"proposed"' events.jsonl && grep -Fq -e '"hsms":[]' authorization.json &&
    grep -Fq -e "\"previous\":\"$none\",\"type\":\"quorate/roster/1\",\"version\":1}" roster/roster.json
  judge $? 'the first roster was made here: no HSM is named, nothing was proposed, and the roster has none before it'
fi

before=$faults
for pair in authorization:authorization.json people:people.json plan:plan.json roster:roster/roster.json script:script.yaml site:site.yaml; do
  file=${pair#*:}
  if [ ! -f "$file" ]; then
    fault "there is no $file"
  elif [ "$file" = roster/roster.json ] && [ "$founding" -eq 1 ]; then
    grep -Fq -e "\"roster\":\"$none\"" "$work/event/1" || fault 'the first event names a roster that was not yet made'
  elif digest "$file" && ! grep -Fq -e "\"${pair%%:*}\":\"$found\"" "$work/event/1"; then
    fault "the first event does not name this $file"
  fi
done
for key in roster script site; do
  file=$key.yaml
  [ "$key" = roster ] && file=roster/roster.json
  [ "$key" = roster ] && [ "$founding" -eq 1 ] && continue
  if [ -f "$file" ] && [ -f authorization.json ] && digest "$file" && ! grep -Fq -e "\"$key\":\"$found\"" authorization.json; then
    fault "authorization.json does not name this $file"
  fi
done
[ "$faults" -gt "$before" ] || ok 'script, site, roster, people and plan are those that the first event and the authorization name'

# A ceremony that follows another carries that pack's manifest and ledger, and what the ledger names, by digest.
before=$faults
named=$(sed -n 's/.*"previous":"\([0-9a-f]\{64\}\)".*/\1/p' "$work/event/1")
[ -f authorization.json ] && grep -Fq -e "\"previous\":\"$named\"" authorization.json ||
  fault 'the authorization names another pack before than the first event'
if [ "$named" = "$none" ]; then
  grep -q '^previous/' "$work/files" && fault 'files of a pack before are here, and the first event names none'
  [ "$faults" -gt "$before" ] || ok 'no pack comes before this one'
else
  [ -f previous/manifest.json ] && digest previous/manifest.json && [ "$found" = "$named" ] ||
    fault 'previous/manifest.json is not the one that the first event names'
  # A roster changes in a ceremony, and not between two.
  [ ! -f previous/manifest.json ] || grep -Fq -e "\"roster\":\"$began\",\"type\":\"quorate/manifest/1\"}" previous/manifest.json ||
    fault 'the ceremony before ended under another roster'
  [ -f previous/ledger.json ] && digest previous/ledger.json &&
    grep -Fq -e "{\"path\":\"ledger.json\",\"sha256\":\"$found\"" previous/manifest.json ||
    fault 'previous/ledger.json is not the one that the manifest before lists'
  for file in previous/certificates/* previous/crls/*; do
    [ -f "$file" ] || continue
    digest "$file"
    case $file in
      */"$found".cr[tl]) grep -Fq -e "\"sha256\":\"$found\"" previous/ledger.json || fault "the ledger before does not name $file" ;;
      *) fault "$file is not what its name says" ;;
    esac
  done
  [ "$faults" -gt "$before" ] || ok 'the pack before this one is the one that the first event and the authorization name'
fi

# --- signatures ------------------------------------------------------------------------------------------------------

rule_of authorize
count=0
for file in authorization/*.p7s; do
  [ -f "$file" ] || continue
  seat=${file#authorization/}
  seat=${seat%.p7s}
  if is_name "$seat" && is_in_role "$seat" "$role" && signed_by "$seat" "$file" authorization.json; then
    count=$((count + 1))
  else
    fault "$file is no signature over the authorization by somebody who may authorize"
  fi
done
if [ "$founding" -eq 1 ]; then
  [ "$count" -eq 0 ]
  judge $? 'the authorization is not signed: before the first roster there was nobody who could'
elif [ "$count" -eq 0 ] && [ "$mode" = rehearsal ]; then
  ok 'the authorization is not signed, as a rehearsal may have it'
else
  [ "$need" -gt 0 ] && [ "$count" -ge "$need" ]
  judge $? "$count of $need needed people have signed the authorization"
fi

# Who was enrolled to join the roster signs before it changes.
pems=$began_pems
[ "$changed" -eq 1 ] && pems="$began_pems $ended_pems"
# cut_short FILE: whether the program died when it had recorded that statement and not who signed it: no statement is recorded of
# that name, and what follows its files in the record is that the ceremony goes on.
cut_short() {
  grep -Fq -e "\"statement\":\"$1\"" events.jsonl && return 1
  number=$(grep -Fn -e "\"path\":\"$1\"" events.jsonl | head -n 1 | cut -d : -f 1)
  [ -n "$number" ] || return 1
  tail -n "+$number" events.jsonl | grep -v -e '"type":"file"}$' | head -n 1 | grep -Fq -e '"type":"resume"'
}
before=$faults
count=0
present=' '
for file in statements/*.json; do
  [ -f "$file" ] || continue
  [ ! -e "${file%.json}.p7s" ] && cut_short "$file" && continue
  count=$((count + 1))
  signature=${file%.json}.p7s
  # One line without its line feed. The seat stands before any object in it, and no text has a quote without its escape.
  if is_text "$file" && ! IFS= read -r line <"$file"; then seat=${line%%\}*}; else line='' seat=''; fi
  seat=${seat##*'"seat":"'}
  seat=${seat%%\"*}
  case $line in '{'*"\"ceremony\":\"$ceremony\""*) ;; *) seat='' ;; esac
  by=signed_by
  # Enrolled for a change that did not come about: that token stands on no roster.
  case $founding$changed$line in 00*'"},"type":"quorate/enrolment/1"}') by=signed_as_enrolled ;; esac
  if ! is_name "$seat"; then
    fault "$file is no statement of this ceremony"
  elif [ ! -f "$signature" ] || ! "$by" "$seat" "$signature" "$file"; then
    fault "$file is not signed by $seat"
  else
    case $line in *'"type":"quorate/presence/1"'*) present="$present$seat " ;; esac
  fi
done
[ "$faults" -gt "$before" ] || ok "$count statements are signed by those who made them; called were:$present"

in_force 0
# Whom the plan calls: "seats" stands between the digests of script and site, and no free text is without its escapes.
seats="\{\"$name\":\[(\"$name\"(,\"$name\")*)?\](,\"$name\":\[(\"$name\"(,\"$name\")*)?\])*\}"
called=''
if [ -f script.yaml ] && [ -f site.yaml ]; then
  digest script.yaml
  from="\"script\":\"$found\",\"seats\":"
  digest site.yaml
  to=",\"site\":\"$found\""
  if is_document plan.json ".*$from$seats$to.*"; then
    called=$(document plan.json | sed -e "s/^.*$from//" -e "s/$to.*\$//" | tr '[' '\n' | sed -n 's/^\([^]]*\)\].*$/\1/p' | tr ',' '\n' | tr -d '"' | sort -u)
  fi
fi
[ -n "$called" ]
judge $? 'plan.json says who is called, for this script and this site'

# --- approvals -------------------------------------------------------------------------------------------------------

statement="\{\"ceremony\":\"$hex\",\"decision\":\"approve\",\"digest\":\"$hex\",\"expires\":\"$utc\",\"operation\":\"[a-z-]+\",\"proposal\":\"$hex\",\"step\":\"[a-z0-9.@-]+\",\"type\":\"quorate/approval/1\"\}"

# class_of OPERATION: the class by which it is approved, in $class.
class_of() {
  case $1 in
    prepare-token | rotate-activation | set-key-state | record-loss) class=administer ;;
    generate-key) class=generate ;;
    sign-list | prove-key) class=sign ;;
    wrap-key) class=backup ;;
    unwrap-key) class=restore ;;
    sign | inventory) class=$1 ;;
    destroy-key | zeroize-token) class=destroy ;;
    *) class='' ;;
  esac
}

# items_of EVENT DESCRIPTOR: what a list has signed, a line each: event, where its bytes begin in the payload and how many
# there are, then key, kind and file.
items_of() {
  key=$(printf '%s\n' "$2" | sed -n 's/.*}}\],"key":"\([0-9a-f]*\)","kind":"certificate",.*/\1/p')
  printf '%s\n' "$2" | sed -e 's/^.*,"items":\[//' -e 's/}}\],"key":.*$/}}/' -e 's/{"out":/\
/g' | sed -n 's/^"\([a-z0-9][a-z0-9.@-]*\)","payload":{"sha256":"[0-9a-f]*","size":\([0-9]*\)}}.*$/\1 \2/p' | {
    at=0
    while read -r out size; do
      printf '%s:%s:%s %s certificate %s\n' "$1" "$at" "$size" "$key" "$out"
      at=$((at + size))
    done
  }
}

# Whoever approved the proposal in event $1, distinct by seat: "seat seat …"; a file that does not hold is a fault.
approvers_of() {
  for file in "approvals/$1"-*.p7s; do
    [ -f "$file" ] || continue
    seat=${file#approvals/"$1"-}
    seat=${seat%.p7s}
    if is_name "$seat" && is_in_role "$seat" "$2" && signed_by "$seat" "$file" "approvals/$1.json"; then
      printf '%s\n' "$seat"
    else
      printf '%s\n' "$file" >>"$work/bad"
    fi
  done | sort -u
}

# approved_at EVENT SEAT: the line of the first event that records that SEAT approved the proposal in EVENT.
approved_at() {
  grep -En -e "^\{\"at\":\"$utc\",\"origin\":\"[a-z-]+\",\"proposal\":$1,\"salt\":\"[0-9a-f]{32}\",\"seat\":\"$2\",.*\"type\":\"approval\"\}\$" events.jsonl | head -n 1 | cut -d : -f 1
}

# "hsm:means" for every HSM that the authorization says is not activated by sealed shares. A quote inside a text has a
# backslash before it, so that no text can look like a member.
means=''
if [ -f authorization.json ]; then
  means=$(document authorization.json | sed -e 's/{"activation":{/\
&/g' -e 's/"module":"[a-z0-9-]*","name":"[a-z0-9-]*"/&\
/g' | sed -n 's/^{"activation":{\("devices":"[^"]*\(\\"[^"]*\)*",\)\{0,1\}"means":"\([a-z-]*\)".*"name":"\([a-z0-9-]*\)"$/\4:\3/p')
fi

# protection_of HSM: what protected an operation of it, as results say it, in $protection.
protection_of() {
  protection="sealed shares (the PIN was in this computer's memory)"
  for of in $means; do
    case $of in
      "$1:device-quorum") protection="the HSM's own quorum" ;;
      "$1:split-pin") protection="custom (people typed the PIN in parts; it was in this computer's memory)" ;;
      "$1:"*) protection="custom (one PIN was typed; it was in this computer's memory)" ;;
    esac
  done
}

intent="\{\"approvers\":\[\"$name\"(,\"$name\")*\],\"at\":\"$utc\",\"proposal\":[1-9][0-9]*,\"salt\":\"[0-9a-f]{32}\",\"seq\":[1-9][0-9]*,\"type\":\"intent\"\}"
grep -e '"type":"intent"}$' events.jsonl >"$work/intents"
! grep -Evqx -e "$intent" "$work/intents"
judge $? 'every intent to use an HSM has the form of one'
sed -n 's/^{"approvers":\[\([^]]*\)\],"at":"[^"]*","proposal":\([0-9]*\),.*"seq":\([0-9]*\),"type":"intent"}$/\2 \3 \1/p' "$work/intents" | tr -d '"' >"$work/used"
twice=$(cut -d ' ' -f 1 "$work/used" | sort | uniq -d)
[ -z "$twice" ]
judge $? 'no proposal was used twice'

: >"$work/signed"
: >"$work/proven"
: >"$work/bad"
while read -r seq intended named; do
  if [ ! -f "$work/event/$seq" ] || ! is_document "approvals/$seq.json" "$statement"; then
    fault "the operation of event $seq was done without a statement that could be approved"
    continue
  fi
  IFS= read -r line <"approvals/$seq.json"
  member operation
  operation=$value
  member step
  what="event $seq, $operation of step $value"
  # What people signed is this operation: its descriptor as recorded, in this ceremony, over the record up to it.
  descriptor=$(sed -n 's/^{"at":"[^"]*","descriptor":\({.*}\),"digest":"[0-9a-f]*","expires":"[^"]*","lint":.*$/\1/p' "$work/event/$seq")
  printf '%s' "$descriptor" >"$work/descriptor"
  digest "$work/descriptor"
  member digest
  [ -n "$descriptor" ] && [ "$found" = "$value" ] || fault "$what: approved was another operation than the recorded one"
  case $descriptor in *"\"op\":\"$operation\""*) ;; *) fault "$what: the descriptor is of another operation" ;; esac
  member ceremony
  [ "$value" = "$ceremony" ] || fault "$what: approved in another ceremony"
  digest "$work/chain/$seq"
  member proposal
  [ "$value" = "$found" ] || fault "$what: approved over another record"
  hsm=${descriptor%'","serial":'*}
  protection_of "${hsm##*'"name":"'}"
  result=$(grep -E -e "\"outcome\":\"done\",\"proposal\":$seq,\"salt\":\"[0-9a-f]{32}\",\"seq\":[1-9][0-9]*,\"type\":\"result\"\}\$" events.jsonl)
  case $result in
    '' | *"\"protection\":\"$protection\""*) ;;
    *) fault "$what: its result names another protection than the authorization permits" ;;
  esac
  if [ "$operation" = sign ] || [ "$operation" = sign-list ]; then
    found=''
    if [ -f "approvals/$seq.tbs" ]; then digest "approvals/$seq.tbs"; fi
    case $descriptor in
      *"\"op\":\"$operation\",\"out\":\""*"\"payload\":{\"sha256\":\"${found:-none}\""*) ;;
      *"\"op\":\"$operation\",\"payload\":{\"sha256\":\"${found:-none}\""*) ;;
      *) fault "$what: approvals/$seq.tbs is not what was approved" ;;
    esac
    # One that failed or was cut short left no file: it is proposed anew, with other bytes.
    if [ -n "$result" ] && [ "$operation" = sign ]; then
      printf '%s\n' "$descriptor" | sed -n "s/.*\"key\":\"\([0-9a-f]*\)\",\"kind\":\"\([a-z-]*\)\".*\"out\":\"\([a-z0-9][a-z0-9.-]*\)\".*/$seq:0: \1 \2 \3/p" >>"$work/signed"
    elif [ -n "$result" ]; then
      items_of "$seq" "$descriptor" >>"$work/signed"
    fi
  fi
  case $operation in
    prove-key | destroy-key) if [ -n "$result" ]; then printf '%s\n' "$seq" >>"$work/proven"; fi ;;
  esac
  class_of "$operation"
  rule_of "$class"
  # Counted are those of the roster that holds when the HSM is used, who had approved by then.
  in_force "$intended"
  people=''
  count=0
  for seat in $(approvers_of "$seq" "$role"); do
    line=$(approved_at "$seq" "$seat")
    if [ -z "$line" ] || [ "$line" -gt "$intended" ]; then
      fault "$what: no event before the HSM was used records the approval of $seat"
      continue
    fi
    people="$people,$seat"
    count=$((count + 1))
  done
  people=${people#,}
  if [ "$need" -eq 0 ] || [ "$count" -lt "$need" ]; then
    fault "$what: $count of $need needed people approved ($people)"
  elif [ "$people" != "$named" ]; then
    fault "$what: the intent names $named; approvals hold of $people"
  else
    ok "$what: $count of $need needed people approved: $people"
  fi
done <"$work/used"

# A key that signed that it is on another HSM too, or that it is about to be destroyed there: the signature holds with the
# public key as it was generated.
while read -r seq; do
  result=$(grep -E -e "\"outcome\":\"done\",\"proposal\":$seq,\"salt\":\"[0-9a-f]{32}\",\"seq\":[1-9][0-9]*,\"type\":\"result\"\}\$" events.jsonl)
  proof=$(sed -n 's/^{"at":"[^"]*","descriptor":{\("certificate":{[^{}]*},\)\{0,1\}"hold":.*,"hsm":{"model":".*","name":"[a-z0-9-]*","serial":"\([ -~]*\)"},"index":[0-9]*,"key":"\([0-9a-f]*\)","mechanism":"\([a-z0-9-]*\)","op":"prove-key",.*$/\4 \3 \2/p' "$work/event/$seq")
  says=copy
  said='has signed that it is on the HSM'
  if [ -z "$proof" ]; then
    # What an interruption left without its private half has nothing to sign with.
    case $result in *'"signature":null'*) continue ;; esac
    says=destruction
    said='has signed before it was destroyed on the HSM'
    proof=$(sed -n 's/^{"at":"[^"]*","descriptor":{"adopts":[^,]*,"hold":null,"hsm":{"model":".*","name":"[a-z0-9-]*","serial":"\([ -~]*\)"},"id":"[0-9a-f]*","index":[0-9]*,"key":"\([0-9a-f]*\)","label":".*","last":[a-z]*,"mechanism":"\([a-z0-9-]*\)","op":"destroy-key",.*$/\3 \2 \1/p' "$work/event/$seq")
  fi
  mechanism=${proof%% *}
  serial=${proof#* * }
  key=${proof#* }
  key=${key%% *}
  printf '%s' "$result" | sed -n 's/.*"signature":"\([A-Za-z0-9+\/=]*\)".*/\1/p' | openssl base64 -d -A >"$work/proof.sig"
  sed -n "s/.*\"spki\":\"\([A-Za-z0-9+\/=]*\)\",\"spkiSha256\":\"$key\".*/\1/p" events.jsonl | tail -n 1 | openssl base64 -d -A >"$work/proof.der"
  # One that nobody here has made comes with its certificate, and the authorization names that.
  adopted=$(sed -n 's/^{"at":"[^"]*","descriptor":{"certificate":{"name":"\([a-z0-9-]*\)","sha256":"\([0-9a-f]*\)".*$/\1 \2/p' "$work/event/$seq")
  if [ -n "$adopted" ]; then
    : >"$work/proof.der"
    found=''
    if [ -f "approvals/$seq.tbs" ]; then digest "approvals/$seq.tbs"; fi
    if [ "$found" = "${adopted#* }" ] && grep -q "\"${adopted% *}-sha256\":\"$found\"" authorization.json; then
      openssl x509 -inform DER -in "approvals/$seq.tbs" -noout -pubkey 2>/dev/null | openssl pkey -pubin -outform DER >"$work/proof.der" 2>/dev/null
    fi
  fi
  printf 'quorate/%s/1\n%s\n%s\n%s\n' "$says" "$ceremony" "$key" "$serial" >"$work/proof"
  digest "$work/proof.der"
  proven=1
  if [ -n "$mechanism" ] && [ "$found" = "$key" ]; then
    # Ed25519 signs the message itself, and openssl has no digest by that name.
    if [ "$mechanism" = ed25519 ]; then
      openssl pkeyutl -verify -pubin -inkey "$work/proof.der" -keyform DER -rawin -in "$work/proof" -sigfile "$work/proof.sig" >/dev/null 2>&1 && proven=0
    else
      openssl dgst "-${mechanism##*-}" -verify "$work/proof.der" -keyform DER -signature "$work/proof.sig" "$work/proof" >/dev/null 2>&1 && proven=0
    fi
  fi
  judge $proven "event $seq: the key $key $said with serial $serial"
done <"$work/proven"

# A departure from the script: until its quorum has approved it, no HSM is used and nobody signs off.
text='"([^"\\]|\\.)*"'
key='[a-z0-9][a-z0-9.@-]*'
effect='(none|skip|repeat|resume)'
pair="\[\"$name\",\"$name\"\]"
quirks="\[\"$name\"(,\"$name\")+\]"
deviation="\{\"agreed\":\[\"$name\"(,\"$name\")*\],\"at\":\"$utc\",\"effect\":(\"$effect\",\"names\":\[\]|\"exchange\",\"names\":$pair|\"quirk\",\"names\":$quirks),\"salt\":\"[0-9a-f]{32}\",\"seq\":[1-9][0-9]*,\"step\":\"$key\",\"type\":\"deviation\",\"what\":$text,\"why\":$text\}"
agreed="\{\"ceremony\":\"$hex\",\"decision\":\"approve\",\"deviation\":\"$hex\",\"effect\":(\"$effect\",\"event\":[1-9][0-9]*,\"names\":\[\]|\"exchange\",\"event\":[1-9][0-9]*,\"names\":$pair|\"quirk\",\"event\":[1-9][0-9]*,\"names\":$quirks),\"step\":\"$key\",\"type\":\"quorate/deviation-approval/1\",\"what\":$text,\"why\":$text\}"
grep -n '^{"agreed":' events.jsonl | cut -d : -f 1 >"$work/deviations"
! grep '^{"agreed":' events.jsonl | grep -Evqx -e "$deviation"
judge $? 'every deviation has the form of one'
aborted=$(grep -n '"type":"abort"}$' events.jsonl | head -n 1 | cut -d : -f 1)
{
  grep -n -e '"type":"proposed"}$' -e '"type":"intent"}$' events.jsonl | cut -d : -f 1
  # What was aborted may be signed off and put away, whatever was left unapproved.
  grep -n -e '"kind":"sign-off",.*"type":"statement"}$' events.jsonl | cut -d : -f 1 |
    while read -r line; do [ -n "$aborted" ] && [ "$line" -gt "$aborted" ] || printf '%s\n' "$line"; done
} | sort -n >"$work/waiting"

# "effect names step" of an event or a statement of a deviation, and what and why in the words that people read.
said_of() {
  document "$1" | sed -n 's/^.*"effect":"\([a-z]*\)",.*"names":\[\([a-z0-9",-]*\)\],.*"step":"\([a-z0-9.@-]*\)","type":"[^"]*",\("what":.*\)$/\1 \2 \3 \4/p'
}

# The first line after the deviation in event $1 that is not about it: what is approved after that exchanges nobody.
end_of() {
  at="\{\"at\":\"$utc\","
  about="$at\"origin\":\"[a-z-]+\",\"proposal\":$1,.*\"type\":\"approval\"\}"
  about="$about|$at\"proposal\":$1,.*\"type\":\"declined\"\}"
  about="$about|$at\"code\":\"[A-Z0-9_]+\",.*\"type\":\"refusal\"\}|\{\"about\":.*\"type\":\"decision\"\}"
  after=$(tail -n "+$(($1 + 1))" events.jsonl | sed 's/^{"at":"[^"]*","code":"DEVIATION_UNAPPROVED",.*$//' | grep -Envx -e "($about)" | head -n 1 | cut -d : -f 1)
  printf '%s' "$(($1 + ${after:-$event_count}))"
}

called=" $(printf '%s' "$called" | tr '\n' ' ') "
gone=' '
signed_off=$(grep -n -e '"kind":"sign-off",.*"type":"statement"}$' events.jsonl | head -n 1 | cut -d : -f 1)
# exchange EVENT COUNT NEED: one person takes the place of another of the same role, once enough have approved it.
exchange() {
  set -- "$@" $(sed -n 's/^.*"effect":"exchange","names":\["\([a-z0-9-]*\)","\([a-z0-9-]*\)"\],"salt".*$/\1 \2/p' "$work/event/$1")
  [ $# -eq 5 ] || return 0
  case $called in *" $4 "*) ;; *) fault "event $1: $4 is exchanged, and fills no seat" ;; esac
  case $called in *" $5 "*) fault "event $1: $5 comes for $4, and fills a seat already" ;; esac
  role_of "$4"
  is_in_role "$5" "$its_role" || fault "event $1: $5 comes for $4, and is no member of the same role"
  [ -z "$signed_off" ] || [ "$signed_off" -gt "$1" ] || fault "event $1: $4 is exchanged after a sign-off"
  [ "$3" -gt 0 ] && [ "$2" -ge "$3" ] || return 0
  called=$(printf '%s' "$called" | sed "s/ $4 / $5 /")
  gone="$gone$4 "
}

while read -r seq; do
  what="event $seq, a deviation"
  in_force "$seq"
  rule_of administer
  people=''
  if [ -f "approvals/$seq.json" ]; then
    if ! is_document "approvals/$seq.json" "$agreed"; then
      fault "$what: approvals/$seq.json is no statement of one"
      continue
    fi
    [ "$(said_of "approvals/$seq.json")" = "$(said_of "$work/event/$seq")" ] || fault "$what: approved was another one than the recorded one"
    grep -Fq -e "\"event\":$seq," "approvals/$seq.json" || fault "$what: approved was that of another event"
    grep -Fq -e "\"ceremony\":\"$ceremony\"" "approvals/$seq.json" || fault "$what: approved in another ceremony"
    digest "$work/chain/$seq"
    grep -Fq -e "\"deviation\":\"$found\"" "approvals/$seq.json" || fault "$what: approved over another record"
    people=$(approvers_of "$seq" "$role")
  fi
  next=$(while read -r line; do [ "$line" -gt "$seq" ] && printf '%s\n' "$line" && break; done <"$work/waiting")
  before=''
  count=0
  until=$(end_of "$seq")
  timely=0
  for seat in $people; do
    line=$(approved_at "$seq" "$seat")
    if [ -z "$line" ]; then
      fault "$what: no event records the approval of $seat"
    elif [ -z "$next" ] || [ "$line" -lt "$next" ]; then
      before="$before$seat,"
      count=$((count + 1))
    fi
    [ -n "$line" ] && [ "$line" -lt "$until" ] && timely=$((timely + 1))
  done
  if grep -Fq -e '"effect":"exchange",' "$work/event/$seq"; then exchange "$seq" "$timely" "$need"; fi
  if [ "$need" -gt 0 ] && [ "$count" -ge "$need" ]; then
    ok "$what: $count of $need needed people approved: ${before%,}"
  elif [ -n "$next" ]; then
    fault "$what: $count of $need needed people had approved it before event $next (${before%,})"
  else
    ok "$what: $count of $need needed people approved; nothing was done after it that needs its approval"
  fi
done <"$work/deviations"
while read -r file; do fault "$file is no approval by a member who may approve"; done <"$work/bad"

# --- signatures over the manifest ------------------------------------------------------------------------------------

# However the ceremony ended: a record that was cut short cannot choose who must sign it. Whoever left by an exchange that
# the quorum approved is not there to sign; whoever came for them is.
rule_of administer
in_force "$event_count"
before=$faults
count=0
officers=0
for file in signatures/*.p7s; do
  [ -f "$file" ] || continue
  seat=${file#signatures/}
  seat=${seat%.p7s}
  if ! is_name "$seat" || ! signed_by "$seat" "$file" manifest.json; then
    fault "$file is no signature over the manifest by that member"
    continue
  fi
  count=$((count + 1))
  is_in_role "$seat" "$role" && officers=$((officers + 1))
done
[ "$need" -gt 0 ] && [ "$officers" -ge "$need" ] ||
  fault "$officers people of the role $role have signed the manifest; as many as may administer, $need, must have"
required=0
for seat in $called; do
  role_of "$seat"
  case $members in *" $seat:$its_role:token "*) ;; *) continue ;; esac
  required=$((required + 1))
  [ -f "signatures/$seat.p7s" ] || fault "$seat was called, has a token, and has not signed the manifest"
done
for seat in $present; do
  case $gone in *" $seat "*) continue ;; esac
  [ -f "signatures/$seat.p7s" ] || fault "$seat was called at the roll-call and has not signed the manifest"
done
[ "$faults" -gt "$before" ] || ok "$count people have signed the manifest, among them all $required with a token who were called"

# --- addenda ---------------------------------------------------------------------------------------------------------

# What came after the close, by whoever added it: an addendum is worth what the signatures over it are.
kind='[a-z]+(-[a-z]+)*'
added="\{\"carried\":(true|false),\"name\":\"[A-Za-z0-9][A-Za-z0-9._-]*\",\"sha256\":\"$hex\",\"size\":(0|[1-9][0-9]*)\}"
addendum="\{\"files\":\[$added(,$added)*\],\"kind\":\"$kind\",\"note\":$text,\"number\":[1-9][0-9]?,\"pack\":\"$hex\",\"time\":\"$utc\",\"type\":\"quorate/addendum/1\"\}"
promised=''
if [ -f plan.json ]; then
  promised=$(document plan.json | sed -n 's/^.*,"evidence":\[\([a-z",-]*\)\],"marking":{"commonName":.*$/\1/p' | tr -d '"' | tr ',' ' ')
fi

# hold FOLDER: everything in the folder of one addendum; what it holds is left in $work/added, who signed it in $signers.
hold() {
  signers=''
  number=${1#addenda/}
  number=${number%%-*}
  of=${1#addenda/??-}
  if ! is_document "$1/addendum.json" "$addendum"; then
    fault "$1/addendum.json is not here, or has not the form of an addendum"
    return
  fi
  made=$(sed -n 's/^.*,"time":"\([^"]*\)","type":"quorate\/addendum\/1"}$/\1/p' "$1/addendum.json")
  digest manifest.json
  tail_of="\"number\":${number#0},\"pack\":\"$found\",\"time\":\"$utc\",\"type\":\"quorate/addendum/1\"\}"
  document "$1/addendum.json" | grep -Eqx -e ".*\],\"kind\":\"$of\",\"note\":$text,$tail_of" ||
    fault "$1/addendum.json is not of that number and kind, or of another pack"
  document "$1/addendum.json" | sed 's/{"carried":/\
&/g' | sed -n 's/^{"carried":\([a-z]*\),"name":"\([^"]*\)","sha256":"\([0-9a-f]*\)","size":\([0-9]*\)}.*$/\2 \1 \3 \4/p' >"$work/added"
  cut -d ' ' -f 1 "$work/added" | sort -c 2>/dev/null || fault "$1/addendum.json has its files in another order than by name"
  twice=$(cut -d ' ' -f 1 "$work/added" | tr 'A-Z' 'a-z' | sort | uniq -d)
  [ -z "$twice" ] || fault "$1/addendum.json names a file twice"
  while read -r item carried sum size; do
    [ "$carried" = true ] || continue
    if [ ! -f "$1/files/$item" ]; then
      fault "$1/files/$item is not here, and the addendum carries it"
    elif digest "$1/files/$item" && { [ "$(($(wc -c <"$1/files/$item")))" != "$size" ] || [ "$found" != "$sum" ]; }; then
      fault "$1/files/$item has not the size and the SHA-256 that the addendum says"
    fi
  done <"$work/added"
  sed -n 's/^\([^ ]*\) true .*$/\1/p' "$work/added" >"$work/carried"
  for file in "$1"/* "$1"/*/* "$1"/.[!.]* "$1"/*/.[!.]*; do
    [ -e "$file" ] || continue
    case $file in
      "$1/addendum.json") ;;
      "$1/files" | "$1/signatures") [ -d "$file" ] || fault "$file is no folder" ;;
      "$1/files/"*) grep -Fqx -e "${file#"$1/files/"}" "$work/carried" || fault "$file is not among what the addendum carries" ;;
      "$1/signatures/"*.p7s)
        seat=${file#"$1/signatures/"}
        seat=${seat%.p7s}
        if is_name "$seat" && signed_by "$seat" "$file" "$1/addendum.json"; then
          signers="$signers, $seat"
        else
          fault "$file is no signature over the addendum by a member with a token"
        fi
        ;;
      *) fault "$file is no file of an addendum" ;;
    esac
  done
  signers=${signers#, }
}

# said_of_addendum: what is in $work/added, and who signed it, in words.
said_of_addendum() {
  count=$(($(wc -l <"$work/added")))
  absent=$(grep -c ' false ' "$work/added")
  files="$count file"
  [ "$count" -eq 1 ] || files="${files}s"
  [ "$absent" -eq 0 ] || files="$files, $absent only as a digest"
  case $signers in
    '') by='unsigned: asserted by nobody' ;;
    *,*) by="signed by $signers" ;;
    *) by="signed by one: $signers" ;;
  esac
  case " $promised " in *" $of "*) ;; *) by="$by; the script does not promise it" ;; esac
  printf 'addendum %s of %s: %s; %s' "$number" "$made" "$files" "$by"
}

: >"$work/evidence"
shown=' '
numbers=' '
for folder in addenda/*; do
  [ -e "$folder" ] || continue
  # An empty folder says nothing, and not every way to copy a pack keeps it.
  if [ -d "$folder" ] && ! grep -Fq -e "$folder/" "$work/files"; then continue; fi
  if [ ! -d "$folder" ] || [ "${#folder}" -gt 43 ] || ! printf '%s\n' "$folder" | grep -Eqx -e "addenda/(0[1-9]|[1-9][0-9])-$kind"; then
    fault "$folder is no folder of an addendum"
    continue
  fi
  before=$faults
  hold "$folder"
  case $numbers in *" $number "*) fault "$folder has the number of another addendum" ;; esac
  numbers="$numbers$number "
  shown="$shown$of "
  if [ "$faults" -eq "$before" ]; then
    ok "$folder holds what it says, of this pack"
    printf 'shown     evidence %s: %s\n' "$of" "$(said_of_addendum)" >>"$work/evidence"
  else
    printf 'missing   evidence %s: addendum %s does not hold\n' "$of" "$number" >>"$work/evidence"
  fi
done
for of in $promised; do
  case $shown in *" $of "*) ;; *) printf 'promised  evidence %s: no addendum yet\n' "$of" >>"$work/evidence" ;; esac
done

# --- certificates, CRLs, requests and OCSP responses -----------------------------------------------------------------

# tbs_of FILE SIZE: the to-be-signed part, which follows the header of the outer SEQUENCE.
tbs_of() {
  case $(od -A n -t x1 -j 1 -N 1 "$1" | tr -d ' \n') in
    81) skip=3 ;;
    82) skip=4 ;;
    83) skip=5 ;;
    84) skip=6 ;;
    *) skip=2 ;;
  esac
  tail -c +$((skip + 1)) "$1" | head -c "$2"
}

# past FILE AT: where the content begins of the element that begins there, in $skip.
past() {
  case $(od -A n -t x1 -j $(($2 + 1)) -N 1 "$1" | tr -d ' \n') in
    81) skip=$(($2 + 3)) ;;
    82) skip=$(($2 + 4)) ;;
    83) skip=$(($2 + 5)) ;;
    84) skip=$(($2 + 6)) ;;
    *) skip=$(($2 + 2)) ;;
  esac
}

# data_of FILE SIZE: the to-be-signed part of an OCSP response: behind its status, its type, and the headers around it.
data_of() {
  past "$1" 0
  past "$1" $((skip + 3))
  past "$1" "$skip"
  past "$1" $((skip + 11))
  past "$1" "$skip"
  tail -c +$((skip + 1)) "$1" | head -c "$2"
}

# is_self_issued PEM: the names alone; what has its own name as issuer has to verify with its own key.
is_self_issued() {
  [ "$(openssl x509 -in "$1" -noout -subject_hash 2>/dev/null)" = "$(openssl x509 -in "$1" -noout -issuer_hash 2>/dev/null)" ]
}

while read -r part key kind out; do
  seq=${part%%:*}
  size=${part##*:}
  at=${part#*:}
  at=${at%:*}
  case $kind in
    crl) folder=crls ;;
    request) folder=requests-made ;;
    ocsp-response) folder=ocsp ;;
    *) folder=certificates ;;
  esac
  [ -f "approvals/$seq.tbs" ] || continue
  if [ ! -f "$folder/$out" ]; then
    fault "event $seq approved $folder/$out, which is not here"
    continue
  fi
  [ -n "$size" ] || size=$(($(wc -c <"approvals/$seq.tbs")))
  tail -c "+$((at + 1))" "approvals/$seq.tbs" | head -c "$size" >"$work/approved"
  if [ "$folder" = ocsp ]; then data_of "$folder/$out" "$size"; else tbs_of "$folder/$out" "$size"; fi | cmp -s - "$work/approved"
  judge $? "what is signed in $folder/$out is, byte for byte, what was approved in event $seq"
done <"$work/signed"

# Those of this ceremony and of earlier ones: the self-issued ones as roots, the others as what may stand between; and of
# each its own file, by the SHA-256 of its key.
mkdir "$work/ca"
: >"$work/roots.pem"
: >"$work/between.pem"
: >"$work/keys"
cas=0
for file in certificates/*.crt previous/certificates/*.crt; do
  [ -f "$file" ] || continue
  cas=$((cas + 1))
  own="$work/ca/$cas.pem"
  openssl x509 -inform DER -in "$file" -outform PEM -out "$own" 2>/dev/null || continue
  openssl x509 -in "$own" -noout -pubkey 2>/dev/null | openssl pkey -pubin -outform DER -out "$work/ca/key.der" 2>/dev/null || continue
  digest "$work/ca/key.der"
  printf '%s %s\n' "$found" "$own" >>"$work/keys"
  to=between
  is_self_issued "$own" && to=roots
  cat "$own" >>"$work/$to.pem"
done

# is_signed_by CERTIFICATE KEY: whether it verifies with a certificate of the key with that SHA-256.
is_signed_by() {
  signed=1
  for ca in $(sed -n "s/^$2 //p" "$work/keys"); do
    openssl verify -x509_strict -partial_chain -no_check_time -CAfile "$ca" "$1" >/dev/null 2>&1 && signed=0
  done
  return "$signed"
}

# is_chain FILE CERTIFICATE: whether the file begins with that certificate, and leads from it to a root.
is_chain() {
  head -c "$(($(wc -c <"$2")))" "$1" 2>/dev/null | cmp -s - "$2" &&
    openssl verify -x509_strict -no_check_time -CAfile "$work/roots.pem" -untrusted "$1" "$1" >/dev/null 2>&1
}

for file in certificates/*.crt; do
  [ -f "$file" ] || continue
  stem=${file%.crt}
  grep -q " certificate ${file#certificates/}\$" "$work/signed" || fault "$file was approved by nobody"
  openssl x509 -inform DER -in "$file" -outform PEM 2>/dev/null | cmp -s - "$stem.pem"
  judge $? "$stem.pem is $file"
  if is_self_issued "$stem.pem"; then
    openssl verify -x509_strict -check_ss_sig -no_check_time -CAfile "$stem.pem" "$stem.pem" >/dev/null 2>&1
    judge $? "$file verifies with its own key"
  else
    key=$(sed -n "s/^[0-9:]* \([0-9a-f]*\) certificate ${file#certificates/}\$/\1/p" "$work/signed")
    is_signed_by "$stem.pem" "${key:-none}"
    judge $? "$file verifies with a certificate of the key that was approved for it"
    openssl verify -x509_strict -no_check_time -CAfile "$work/roots.pem" -untrusted "$work/between.pem" "$stem.pem" >/dev/null 2>&1
    judge $? "$file leads to a root of this pack"
    for chain in chain full-chain; do
      is_chain "publish/${stem#certificates/}-$chain.pem" "$stem.pem"
      judge $? "publish/${stem#certificates/}-$chain.pem leads from $file to a root"
    done
  fi
  cmp -s "$file" "publish/${file#certificates/}"
  judge $? "publish/${file#certificates/} is $file"
  name=${stem#certificates/}
  cmp -s "$stem.txt" "publish/$name.txt"
  judge $? "publish/$name.txt is $stem.txt"
  sed -n 2p "publish/$name.csv" 2>/dev/null | grep -q "^\"$(sha256sum <"$file" | cut -c1-64 | tr a-f A-F)\","
  judge $? "publish/$name.csv has the fingerprint of $file"
done
for file in crls/*.crl; do
  [ -f "$file" ] || continue
  stem=${file%.crl}
  grep -q " crl ${file#crls/}\$" "$work/signed" || fault "$file was approved by nobody"
  openssl crl -inform DER -in "$file" -outform PEM 2>/dev/null | cmp -s - "$stem.pem"
  judge $? "$stem.pem is $file"
  verified=1
  for issuer in "$work"/ca/*.pem; do
    openssl crl -inform DER -in "$file" -CAfile "$issuer" -noout 2>&1 | grep -q '^verify OK$' && verified=0
  done
  judge "$verified" "$file verifies with a certificate of this pack"
  cmp -s "$file" "publish/${file#crls/}"
  judge $? "publish/${file#crls/} is $file"
done
# Of this CA, for certificates by others: each is for the very key that was approved to sign it, and signed by that one.
for file in requests-made/*.csr; do
  [ -f "$file" ] || continue
  stem=${file%.csr}
  grep -q " request ${file#requests-made/}\$" "$work/signed" || fault "$file was approved by nobody"
  openssl req -inform DER -in "$file" -outform PEM 2>/dev/null | cmp -s - "$stem.pem"
  judge $? "$stem.pem is $file"
  openssl req -inform DER -in "$file" -verify -noout 2>&1 | grep -q 'verify OK'
  judge $? "$file is signed with its own key"
  key=$(sed -n "s/^[0-9:]* \([0-9a-f]*\) request ${file#requests-made/}\$/\1/p" "$work/signed")
  openssl req -inform DER -in "$file" -noout -pubkey 2>/dev/null | openssl pkey -pubin -outform DER -out "$work/key.der" 2>/dev/null &&
    digest "$work/key.der" && [ "$found" = "$key" ]
  judge $? "$file is for the key that was approved to sign it"
  cmp -s "$file" "publish/${file#requests-made/}"
  judge $? "publish/${file#requests-made/} is $file"
done
# Signed by the CA about whose certificates it is, or by a responder with a certificate of that CA for this purpose; and
# each of these certificates is asked about with a request that leads to it.
: >"$work/cas.pem"
for ca in "$work"/ca/*.pem; do
  # A responder's certificate has to come with what it signs: who asks has those of the CAs alone.
  openssl x509 -in "$ca" -noout -ext basicConstraints 2>/dev/null | grep -q 'CA:TRUE' && cat "$ca" >>"$work/cas.pem"
done
for file in ocsp/*.ors; do
  [ -f "$file" ] || continue
  grep -q " ocsp-response ${file#ocsp/}\$" "$work/signed" || fault "$file was approved by nobody"
  openssl ocsp -respin "$file" -CAfile "$work/roots.pem" -verify_other "$work/cas.pem" -no_check_time 2>&1 | grep -q '^Response verify OK$'
  judge $? "$file is signed by the CA that it answers for, or by its responder"
  cmp -s "$file" "publish/$file"
  judge $? "publish/$file is $file"
  for serial in $(openssl ocsp -respin "$file" -noverify -resp_text 2>/dev/null | sed -n 's/^ *Serial Number: \([0-9A-F]*\)$/\1/p'); do
    found=1
    for ca in "$work"/ca/*.pem; do
      openssl ocsp -issuer "$ca" -serial "0x$serial" -no_nonce -reqout "$work/asked" >/dev/null 2>&1 || continue
      way=$(openssl base64 -A -in "$work/asked" | tr -s /)
      case $way in */) way=${way}index.html ;; esac
      cmp -s "$file" "publish/ocsp/$way" && found=0
    done
    judge "$found" "a request about the serial number $serial finds $file"
  done
done

for file in inputs/*.crt; do
  [ -f "$file" ] || continue
  # Of a list: that it is in it, and whose signature it has, is not judged here.
  case $file in *.[0-9][0-9][0-9][0-9].crt) continue ;; esac
  stem=${file%.crt}
  openssl x509 -inform DER -in "$file" -outform PEM 2>/dev/null | cmp -s - "$stem.pem"
  judge $? "$stem.pem is $file"
  if is_self_issued "$stem.pem"; then
    openssl verify -check_ss_sig -no_check_time -CAfile "$stem.pem" "$stem.pem" >/dev/null 2>&1
    judge $? "$file verifies with its own key"
  fi
done
for file in requests/*.csr; do
  [ -f "$file" ] || continue
  stem=${file%.csr}
  openssl req -inform DER -in "$file" -outform PEM 2>/dev/null | cmp -s - "$stem.pem"
  judge $? "$stem.pem is $file"
  openssl req -inform DER -in "$file" -verify -noout 2>&1 | grep -q 'verify OK'
  judge $? "$file is signed with its own key"
done

# --- the end ---------------------------------------------------------------------------------------------------------

printf '\n%s checks, %s faults. Mode: %s. Outcome: %s.\n' "$checks" "$faults" "$mode" "$outcome"
printf 'Not checked here: the plan and its order of steps, times and expiry, floors of the script, key attributes,\n'
printf 'fields and lint of certificates, CRLs and requests, what OCSP responses say, lists of issued certificates, the ledger,\n'
printf 'which quorum tokens were declared lost. "quorate verify" checks them.\n'
cat "$work/evidence"
grep -E '^timestamps/' "$work/files" | while read -r file; do
  printf 'NOT checked: %s: anybody may have added it.\n' "$file"
done
printf 'NOT checked: views/report.pdf: it is in no list, nobody signed it, and anybody may have replaced it.\n'
[ "$faults" -eq 0 ]
