#!/usr/bin/env bash
# Installs Newsroom on Debian 12 or later and Ubuntu 22.04 or later: `deploy/install.sh --help`.
#
# Each step is a pair: have_STEP looks whether it is done, do_STEP does it. So a second run changes nothing, and a run
# that was interrupted is finished by running again.
set -euo pipefail
umask 022

help() {
    cat <<'TEXT'
Usage: deploy/install.sh --domain news.example.org [options]

  --domain NAME          public name of the site; its DNS entry has to lead to this machine
  --mail URL             mail server, as EMAIL_URL (or set EMAIL_URL: other users of the machine can read options);
                         without it mail lies in files until you set it in /etc/newsroom.env
  --contact ADDRESS      your mail address, for the certificate's notices
  --time-zone NAME       such as Europe/Vienna (default: that of this machine)
  --database KIND        sqlite (default) or postgresql, on this machine
  --proxy KIND           nginx (default; certificate by certbot), caddy (fetches its own) or none
  --certificate FILE --certificate-key FILE
                         a certificate that you have, in place of certbot's
  --source FOLDER        the code (default: the folder of this script)
  --release NAME         the folder of the code below /opt/newsroom/releases (default: its version); another one where
                         the code has changed and its version has not
  --python PATH          a Python 3.12 or later (default: the machine's, or one that is fetched)
  --site-name, --organisation, --admin-username, --admin-email, --officer-email VALUE
                         for the first start; the password is asked for, or read from DJANGO_SUPERUSER_PASSWORD
  --yes                  don't ask
  --dry-run              print the steps and change nothing
  --root FOLDER          install below this folder without users, packages and services (for tests and images)
TEXT
}

fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
say() { printf '%s\n' "$*"; }

domain="" mail="${EMAIL_URL:-}" contact="" time_zone="" database=sqlite proxy=nginx certificate="" certificate_key=""
source="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
# shellcheck disable=SC2034  # do_site reads site_name and organisation by their names
python="" release="" site_name="" organisation="" admin_username="" admin_email="" officer_email="" yes="" dry_run="" root=""
while [ $# -gt 0 ]; do
    case "$1" in
        --yes) yes=1 ;;
        --dry-run) dry_run=1 ;;
        --help | -h) help; exit ;;
        --domain | --mail | --contact | --time-zone | --database | --proxy | --certificate | --certificate-key | \
            --source | --release | --python | --site-name | --organisation | --admin-username | --admin-email | \
            --officer-email | --root)
            [ $# -ge 2 ] || fail "$1 needs a value."
            name="${1#--}"
            printf -v "${name//-/_}" '%s' "$2"
            shift ;;
        *) fail "unknown option $1; --help lists them." ;;
    esac
    shift
done

[ -z "$root" ] || root="$(realpath -m "$root")"
# Where everything lies. docs/operators.md, the unit and the proxy's files name the same places.
env_file="$root/etc/newsroom.env"
inquiry_keys="$root/etc/newsroom-inquiry-keys"
backup_key="$root/etc/newsroom-backup-key"
tls="$root/etc/newsroom-tls"
home="$root/opt/newsroom"
data="$root/var/lib/newsroom"
backups="$root/var/backups/newsroom"
acme="$root/var/lib/newsroom-acme"
command="$root/usr/local/bin/newsroom"
unit="$root/etc/systemd/system/newsroom.service"
nginx_site="$root/etc/nginx/sites-available/newsroom"
caddy_site="$root/etc/caddy/Caddyfile"
user=newsroom

# ---- what is known before anything is done

[ -f "$source/manage.py" ] || fail "there is no manage.py in $source; --source names the folder of the code."
version_of() { sed -n 's/^version = "\(.*\)"$/\1/p' "$1/pyproject.toml" | head -n 1; }
version="$(version_of "$source")"
laid_as="${release:-$version}"
[[ "$laid_as" =~ ^[A-Za-z0-9][A-Za-z0-9._+-]*$ ]] || fail "--release is $laid_as; it must be a name such as $version-2."
release="$home/releases/$laid_as"
current="$home/current"
steps="packages user python code libraries current folders keys backup_key database environment tables site command unit running \
certificate proxy certbot"
if [ -e "$current" ]; then
    used="$(realpath "$current")"
    if [ "$(version_of "$used")" != "$version" ] || { [ "$laid_as" != "$version" ] && [ "$used" != "$release" ]; }; then
        steps="python code libraries"
    else
        release="$used"
    fi
fi
# Whoever fetches code between two versions finds a folder of that version, which is left as it is.
is_other_code() {
    local part
    [ -f "$release/manage.py" ] && [ "$source" != "$(realpath "$release")" ] || return 1
    for part in manage.py pyproject.toml requirements newsroom articles newsletter inquiries templates static; do
        diff -rq -x __pycache__ -x '*.pyc' -x '*.egg-info' "$source/$part" "$release/$part" >/dev/null 2>&1 || return 0
    done
    return 1
}
tell_of_other_code() {
    ! is_other_code || say "The code in $source differs from $release, which stays as it is: \
--release $laid_as-2 lays it beside, under a name of its own."
}
case "$database" in sqlite | postgresql) ;; *) fail "--database is sqlite or postgresql." ;; esac
case "$proxy" in nginx | caddy | none) ;; *) fail "--proxy is nginx, caddy or none." ;; esac
[ -z "$certificate" ] || [ -n "$certificate_key" ] || fail "--certificate needs --certificate-key."
for file in "$certificate" "$certificate_key"; do
    [ -z "$file" ] || [ -r "$file" ] || fail "$file can't be read."
done
for address in "$contact" "$admin_email" "$officer_email"; do
    [[ -z "$address" || "$address" == ?*@?*.?* ]] || fail "$address is no mail address."
done

if [ -z "$root" ]; then
    # shellcheck source=/dev/null
    system="$(. /etc/os-release 2>/dev/null && echo "${ID:-} ${VERSION_ID:-0}")" || system=" 0"
    case "$system" in
        "debian "*) least=12 ;;
        "ubuntu "*) least=22 ;;
        *) fail "this is made for Debian and Ubuntu; docs/operators.md has the steps by hand for others." ;;
    esac
    number="${system#* }"
    # Debian's next release has no number until it is out.
    [ "${number%%.*}" = 0 ] || [ "${number%%.*}" -ge "$least" ] || fail "$system is too old: Debian 12 or Ubuntu 22.04."
    [ "$(id -u)" = 0 ] || [ -n "$dry_run" ] || fail "run it as root: sudo $0 …"
fi
has_systemd() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

# As systemd reads it: the last line counts, blanks and quotes around the value do not.
value_in_env() {
    sed -n "s/^[[:blank:]]*$1[[:blank:]]*=[[:blank:]]*//p" "$env_file" 2>/dev/null | tail -n 1 |
        sed -E "s/[[:blank:]\r]+\$//; s/^\"(.*)\"\$/\1/; s/^'(.*)'\$/\1/"
}
if [ -r "$env_file" ]; then
    kept="$(value_in_env SITE_URL)"
    kept="${kept#*://}"
    kept="${kept%%[:/]*}"
    [ -z "$domain" ] || [ "$domain" = "$kept" ] ||
        fail "$env_file says that the site is $kept, not $domain: give --domain $kept, or change SITE_URL there first."
    domain="$kept"
    case "$(value_in_env DATABASE_URL)" in postgres*) database=postgresql ;; *) database=sqlite ;; esac
fi
ask() { # ask VARIABLE "question": only where somebody can answer
    [ -z "${!1}" ] && [ -z "$yes$dry_run" ] && [ -t 0 ] || return 0
    read -r -p "$2: " "${1?}"
}
ask domain "Public name of the site, such as news.example.org"
[[ "$domain" =~ ^[A-Za-z0-9]([A-Za-z0-9-]*\.)+[A-Za-z0-9-]+$ ]] ||
    fail "--domain is ${domain:-missing}; it must be a name such as news.example.org."
if [ ! -e "$env_file" ]; then
    ask mail "Mail server, such as smtp+tls://user:password@mail.example.org:587 (empty: later)"
    [ "$proxy" != nginx ] || [ -n "$certificate" ] || ask contact "Your mail address, for the certificate (empty: none)"
fi
[ -n "$time_zone" ] || time_zone="$(cat /etc/timezone 2>/dev/null || echo UTC)"

# ---- how things are done

run() { if [ -n "$dry_run" ]; then printf '    + %s\n' "$*"; else "$@"; fi; }
owned() { # owned OWNER MODE PATH: owners only where there are users
    [ -n "$root" ] || run chown "$1" "$3"
    run chmod "$2" "$3"
}
folder() { # folder OWNER MODE PATH
    run mkdir -p "$3"
    owned "$@"
}
put() { # put OWNER MODE PATH: what comes in becomes the file, all at once
    if [ -n "$dry_run" ]; then
        cat >/dev/null
        printf '    + write %s (%s, %s)\n' "$3" "$1" "$2"
        return
    fi
    mkdir -p "$(dirname "$3")"
    local new
    new="$(mktemp "$3.XXXXXX")"
    cat >"$new"
    owned "$1" "$2" "$new"
    mv -f "$new" "$3"
}
is_owned() { # is_owned OWNER MODE PATH
    [ "$(stat -c %a "$3" 2>/dev/null)" = "$2" ] || return 1
    [ -n "$root" ] || [ "$(stat -c %U:%G "$3")" = "$1" ]
}
as_site() { if [ -n "$root" ]; then "$@"; else runuser -u "$user" -- "$@"; fi; }
# No variable of whoever installs reaches the site: what it needs stands in its file.
manage() (
    cd "$current"
    as_site env -i PATH="$PATH" LANG=C.UTF-8 NEWSROOM_ENV="$env_file" \
        DJANGO_SUPERUSER_PASSWORD="${DJANGO_SUPERUSER_PASSWORD:-}" "$current/.venv/bin/python" manage.py "$@"
)
service() { if has_systemd; then run systemctl "$@"; else say "    (no systemd runs here: systemctl $*)"; fi; }
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
quoted() { printf '%s' "$1" | sed 's/[\\"`$]/\\&/g'; }
# Asked as the site's user: a Python in somebody's home is of no use.
is_new_enough() { as_site "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }
same() { [ -f "$2" ] && "$1" | cmp -s - "$2"; }

# ---- packages of the distribution

candidate() { # the newest Python of the distribution that is new enough, or nothing
    local one
    for one in python3.14 python3.13 python3.12; do
        if apt-cache policy "$one-venv" 2>/dev/null | grep 'Candidate: [^(]' >/dev/null; then echo "$one"; return; fi
    done
}
packages() {
    local found
    found="$(candidate)"
    echo ca-certificates openssl fonts-dejavu-core "${found:-python3}-venv"
    if [ "$database" = postgresql ]; then echo postgresql; fi
    case "$proxy" in
        nginx) echo nginx; [ -n "$certificate" ] || echo certbot ;;
        caddy) echo caddy ;;
    esac
}
missing_packages() {
    local one
    for one in $(packages); do
        dpkg-query -W -f '${Status}' "$one" 2>/dev/null | grep 'ok installed' >/dev/null || printf '%s ' "$one"
    done
}
have_packages() { [ -n "$root" ] || [ -z "$(missing_packages)" ]; }
do_packages() {
    run apt-get update -q
    # shellcheck disable=SC2046  # one word a package
    run env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(missing_packages)
}
say_packages() { say "install packages: $(missing_packages)"; }

# ---- user, Python, code

have_user() { [ -n "$root" ] || id "$user" >/dev/null 2>&1; }
do_user() { run useradd --system --user-group --home-dir "$data" --no-create-home --shell /usr/sbin/nologin "$user"; }
say_user() { say "make the user $user, who owns the site and nothing else"; }

find_python() {
    local one
    for one in "$python" python3.14 python3.13 python3.12 python3 "$home"/python/*/bin/python3; do
        if [ -n "$one" ] && is_new_enough "$one"; then command -v "$one"; return; fi
    done
}
have_python() {
    if [ -x "$release/.venv/bin/python" ]; then return; fi
    if [ -n "$python" ]; then is_new_enough "$python"; else [ -n "$(find_python)" ]; fi
}
# uv is pinned by hash in requirements/uv.txt and carries the hashes of the Pythons that it fetches.
do_python() {
    local tool
    # Whoever names one would not want another in its place.
    [ -z "$python" ] || is_new_enough "$python" ||
        fail "--python $python can't be used: it must be 3.12 or later, with venv, and the user $user must be able to run it."
    # The distribution's own has just come with its packages where it is new enough.
    [ -z "$(find_python)" ] || return 0
    [ -z "$root" ] || fail "no Python 3.12 or later is on this machine; --python names one."
    if [ -n "$dry_run" ]; then
        say "    + unless a package brought one: pip install --require-hashes -r requirements/uv.txt"
        say "    + uv python install 3.13 (into $home/python)"
        return
    fi
    tool="$(mktemp -d)"
    scratch="$tool"
    python3 -m venv "$tool"
    "$tool/bin/pip" install -q --disable-pip-version-check --require-hashes -r "$source/requirements/uv.txt"
    mkdir -p "$home/python"
    UV_PYTHON_INSTALL_DIR="$home/python" "$tool/bin/uv" python install --no-bin 3.13 || {
        fail "$system has no Python 3.12, and none could be fetched: use Debian 13 or Ubuntu 24.04, or give --python PATH."
    }
    rm -rf "$tool"
}
say_python() { say "find a Python of 3.12 or later, or fetch one (by uv, checked by its hash)"; }

have_code() { [ -f "$release/manage.py" ]; }
do_code() {
    folder "$user:$user" 755 "$home"
    folder "$user:$user" 755 "$home/releases"
    run rm -rf "$release.part"
    run mkdir -p "$release.part"
    if [ -z "$dry_run" ]; then
        # As .gitignore has it: nothing of what a site or a developer's tools have written into this folder.
        tar -C "$source" --exclude=./.git --exclude=./.venv --exclude=./var --exclude=./.env --exclude=./staticfiles \
            --exclude='./.*_cache' --exclude=./.hypothesis --exclude='*.egg-info' --exclude=__pycache__ --exclude='*.pyc' \
            -cf - . | tar -C "$release.part" --no-same-owner -xf -
        find "$release.part" -type d -exec chmod 755 {} + -o -type f -exec chmod u+rw,go+r,go-w {} +
        [ -n "$root" ] || chown -R "$user:$user" "$release.part"
    fi
    run mv "$release.part" "$release"
}
say_code() { say "copy the code of version $version to $release"; }

# The marker is that of the Makefile and of `manage.py upgrade`.
have_libraries() {
    [ -f "$release/.venv/base.stamp" ] && ! [ "$release/requirements/base.txt" -nt "$release/.venv/base.stamp" ]
}
do_libraries() {
    local found
    found="$(find_python)"
    run as_site "${found:-python3}" -m venv --clear "$release/.venv"
    run as_site env HOME="$release" "$release/.venv/bin/python" -m pip install -q --disable-pip-version-check \
        --no-cache-dir --require-hashes -r "$release/requirements/base.txt"
    # The service may not write there.
    run as_site "$release/.venv/bin/python" -m compileall -q \
        "$release/newsroom" "$release/articles" "$release/newsletter" "$release/inquiries"
    run as_site touch "$release/.venv/base.stamp"
}
say_libraries() { say "install its libraries, each checked by its hash"; }

have_current() { [ -e "$current" ]; }
do_current() { run ln -sfn "releases/$laid_as" "$current"; [ -n "$root" ] || run chown -h "$user:$user" "$current"; }
say_current() { say "let $current lead there"; }

# ---- data, keys, environment

have_folders() { is_owned "$user:$user" 700 "$data" && is_owned "$user:$user" 700 "$backups"; }
do_folders() { folder "$user:$user" 700 "$data"; folder "$user:$user" 700 "$backups"; }
say_folders() { say "make $data for the data and $backups for backups, closed to all others"; }

have_keys() { [ -s "$inquiry_keys" ] && is_owned "root:$user" 640 "$inquiry_keys"; }
do_keys() {
    if [ -s "$inquiry_keys" ]; then owned "root:$user" 640 "$inquiry_keys"; return; fi
    head -c 32 /dev/urandom | base64 | tr '+/' '-_' | put "root:$user" 640 "$inquiry_keys"
}
say_keys() { say "make the key of inquiries, $inquiry_keys"; }

can_back_up() { [ -d "$release/newsroom/backups" ] && grep -q '^pyrage==' "$release/requirements/base.txt"; }
have_backup_key() {
    { [ -d "$release" ] && ! can_back_up; } || { [ -s "$backup_key" ] && is_owned "root:$user" 640 "$backup_key"; }
}
do_backup_key() {
    if [ -s "$backup_key" ]; then owned "root:$user" 640 "$backup_key"; return; fi
    if [ -n "$dry_run" ]; then put "root:$user" 640 "$backup_key" </dev/null; return; fi
    "$release/.venv/bin/python" -c 'import pyrage; print(pyrage.x25519.Identity.generate())' |
        put "root:$user" 640 "$backup_key"
    say "    Keep this where neither the machine nor its backups are, on paper too: without it no backup can be read."
    say "    $(grep -v '^#' "$backup_key")"
    shown_key=1
}
say_backup_key() { say "make the key of backups, $backup_key, and show it once"; }

environment() {
    cat <<TEXT
# The variables of this site: docs/operators.md explains each. Restart after a change: systemctl restart newsroom
SITE_URL="https://$(quoted "$domain")"
SECRET_KEY="$(random 40)"
INQUIRY_KEYS="$(quoted "$inquiry_keys")"
DATA_DIR="$(quoted "$data")"
EMAIL_URL="$(quoted "${mail:-file://$data/mail}")"
# The sender of the mail, where it is another than this:
#DEFAULT_FROM_EMAIL="newsroom@$(quoted "$domain")"
TIME_ZONE="$(quoted "$time_zone")"
TEXT
    [ "$database" = sqlite ] || echo "DATABASE_URL=\"postgres://%2Fvar%2Frun%2Fpostgresql:$(database_port)/newsroom\""
    [ "$proxy" = none ] || echo 'TRUSTED_PROXIES="127.0.0.1,::1"'
    if [ -s "$backup_key" ]; then
        echo "# A folder of this machine is no backup of this machine: name one that another machine shares, or s3://…"
        echo "BACKUP_TO=\"$(quoted "$backups")\""
        echo "BACKUP_KEY_FILE=\"$(quoted "$backup_key")\""
    fi
}
have_environment() { [ -s "$env_file" ] && is_owned "root:$user" 640 "$env_file"; }
do_environment() {
    if [ -s "$env_file" ]; then owned "root:$user" 640 "$env_file"; return; fi
    environment | put "root:$user" 640 "$env_file"
}
say_environment() { say "write $env_file, with every key made"; }

# ---- database and first content

postgres() { runuser -u postgres -- psql -qAt -v ON_ERROR_STOP=1 "$@"; }
# A second cluster on a machine, as after an upgrade of PostgreSQL, has another port.
database_port() { if [ -n "$root" ]; then echo 5432; else postgres -c 'SHOW port'; fi; }
have_database() {
    [ "$database" = sqlite ] || [ -n "$root" ] ||
        [ "$(postgres -c "SELECT 1 FROM pg_database WHERE datname = 'newsroom'" 2>/dev/null)" = 1 ]
}
do_database() {
    if [ -n "$dry_run" ]; then say "    + createuser newsroom; createdb --owner newsroom newsroom"; return; fi
    has_systemd && systemctl start postgresql
    [ "$(postgres -c "SELECT 1 FROM pg_roles WHERE rolname = 'newsroom'")" = 1 ] || postgres -c 'CREATE ROLE newsroom LOGIN'
    postgres -c "CREATE DATABASE newsroom OWNER newsroom ENCODING 'UTF8' TEMPLATE template0"
}
say_database() { say "make the PostgreSQL database newsroom, which the user $user alone may use"; }

can_manage() { [ -f "$current/.venv/base.stamp" ] && [ -s "$env_file" ]; }
have_tables() { can_manage && manage migrate --check >/dev/null 2>&1; }
do_tables() { run manage migrate --no-input --verbosity 0; }
say_tables() { say "make the tables (manage.py migrate)"; }

# "none" alone means that nobody is there: a database that is away must not look like an empty one.
accounts() {
    manage shell --no-imports -c 'from django.contrib.auth.models import User
print("some" if User.objects.exists() else "none")' 2>/dev/null
}
have_site() { can_manage && [ "$(accounts)" = some ]; }
do_site() {
    local given=() name variable
    for name in site-name:name organisation:organisation admin-username:admin-username admin-email:admin-email \
        officer-email:officer-email; do
        variable="${name%%:*}"
        variable="${variable//-/_}"
        [ -z "${!variable}" ] || given+=("--${name#*:}" "${!variable}")
    done
    if [ -n "$admin_username" ] && [ -n "${DJANGO_SUPERUSER_PASSWORD:-}" ]; then given+=(--no-input); fi
    if [ -z "$dry_run" ] && [ ! -t 0 ] && [ -z "$admin_username" ]; then
        say "    Nobody is here to ask: run this again with a terminal, or with --admin-username and the others."
        unfinished=1
        return
    fi
    run manage init_site "${given[@]}"
}
say_site() { say "begin the site: its name, the first administrator and officer (manage.py init_site)"; }

# ---- service, proxy, certificate

# Below --root the files name the places below it, so that their verifiers find what they name.
placed() { if [ -n "$root" ]; then sed -E "s#(^|[ =\"])(/(etc/newsroom|opt/newsroom|var/(lib|backups)/newsroom))#\1$root\2#g"; else cat; fi; }
command_text() { placed <"$source/deploy/newsroom"; }
have_command() { same command_text "$command" && [ -x "$command" ]; }
do_command() { command_text | put root:root 755 "$command"; }
say_command() { say "install the command newsroom, for \`sudo newsroom doctor\` and the like"; }

unit_text() { placed <"$source/deploy/newsroom.service"; }
have_unit() { same unit_text "$unit" && { ! has_systemd || systemctl -q is-enabled newsroom 2>/dev/null; }; }
do_unit() {
    unit_text | put root:root 644 "$unit"
    service daemon-reload
    service enable newsroom
}
say_unit() { say "install the service, $unit"; }

have_running() { ! has_systemd || systemctl -q is-active newsroom; }
do_running() {
    local port
    service restart newsroom
    [ -z "$dry_run" ] || return 0
    port="$(value_in_env PORT)"
    for _ in $(seq 60); do
        if (exec 3<>"/dev/tcp/127.0.0.1/${port:-8000}") 2>/dev/null; then return; fi
        sleep 1
    done
    say "    It does not answer yet; its own words: journalctl -u newsroom -n 20"
    unfinished=1
}
say_running() { say "start the service"; }

have_certificate() {
    case "$proxy" in caddy | none) return 0 ;; esac
    [ -s "$tls/fullchain.pem" ] && [ -s "$tls/privkey.pem" ] || return 1
    if [ -n "$certificate" ]; then cmp -s "$certificate" "$tls/fullchain.pem"; fi
}
# One for this machine alone comes first, so that nginx starts; certbot's takes its place.
do_certificate() {
    folder root:root 700 "$tls"
    if [ -n "$certificate" ]; then
        put root:root 644 "$tls/fullchain.pem" <"$certificate"
        put root:root 600 "$tls/privkey.pem" <"$certificate_key"
        return
    fi
    run openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$domain" -addext "subjectAltName=DNS:$domain" \
        -keyout "$tls/privkey.pem" -out "$tls/fullchain.pem" 2>/dev/null
}
say_certificate() {
    if [ -n "$certificate" ]; then say "install your certificate in $tls"; else
        say "make a certificate for the time until the real one is there, in $tls"; fi
}

# From 1.25.1 nginx warns of the form that older ones need.
http2() {
    local found
    found="$(nginx -v 2>&1 | sed -n 's#.*nginx/\([0-9.]*\).*#\1#p')" || true
    if [ "$(printf '%s\n' 1.25.1 "${found:-0}" | sort -V | head -n 1)" = 1.25.1 ]; then
        sed -E '/# "http2 on"/d; s/(listen .*443 ssl) http2;/\1;/; s/^( *)(listen \[::\]:443 ssl;)/\1\2\n\1http2 on;/'
    else
        cat
    fi
}
proxy_text() {
    case "$proxy" in
        nginx) sed "s/news\.example\.org/$domain/g" "$source/deploy/nginx.conf" | http2 | placed ;;
        caddy) sed "s/news\.example\.org/$domain/g" "$source/deploy/Caddyfile" ;;
    esac
}
have_proxy() {
    case "$proxy" in
        nginx) same proxy_text "$nginx_site" && [ -e "$root/etc/nginx/sites-enabled/newsroom" ] ;;
        caddy) same proxy_text "$caddy_site" ;;
        none) true ;;
    esac
}
do_proxy() {
    if [ "$proxy" = caddy ]; then
        if [ -e "$caddy_site" ] && ! grep -q Newsroom "$caddy_site"; then run mv "$caddy_site" "$caddy_site.before-newsroom"; fi
        proxy_text | put root:root 644 "$caddy_site"
        [ -n "$root" ] || run caddy validate --adapter caddyfile --config "$caddy_site"
        service reload-or-restart caddy
        return
    fi
    folder root:root 755 "$acme"
    proxy_text | put root:root 644 "$nginx_site"
    run mkdir -p "$root/etc/nginx/sites-enabled"
    run ln -sfn ../sites-available/newsroom "$root/etc/nginx/sites-enabled/newsroom"
    [ -n "$root" ] || run nginx -t -q
    service enable nginx
    service reload-or-restart nginx
}
say_proxy() { say "let $proxy serve https://$domain"; }

has_lineage() { [ -s "/etc/letsencrypt/live/$domain/fullchain.pem" ]; }
have_certbot() {
    [ "$proxy" != nginx ] || [ -n "$certificate$root" ] ||
        [ "$(readlink "$tls/fullchain.pem")" = "/etc/letsencrypt/live/$domain/fullchain.pem" ]
}
do_certbot() {
    local account=(--register-unsafely-without-email)
    [ -z "$contact" ] || account=(-m "$contact")
    if ! has_lineage && ! run certbot certonly --non-interactive --agree-tos "${account[@]}" --webroot -w "$acme" -d "$domain" \
        --deploy-hook "systemctl reload nginx"; then
        say "    No certificate yet: does $domain lead to this machine, and is port 80 open? Then run this again."
        unfinished=1
        return
    fi
    run ln -sf "/etc/letsencrypt/live/$domain/fullchain.pem" "$tls/fullchain.pem"
    run ln -sf "/etc/letsencrypt/live/$domain/privkey.pem" "$tls/privkey.pem"
    service reload nginx
}
say_certbot() { say "fetch a certificate from Let's Encrypt (certbot), which renews itself"; }

# ---- the plan, the question, the work

shown_key="" unfinished="" todo=""
for step in $steps; do "have_$step" || todo="$todo $step"; done
change_to_it() {
    say "$(version_of "$used") is in use. Change to $version with:"
    say "  sudo newsroom upgrade $release"
}
if [ -z "$todo" ]; then
    tell_of_other_code
    case "$steps" in packages*) ;; *) change_to_it; exit ;; esac
    say "Nothing to do: https://$domain is installed, and every step is as it should be."
    exit 0
fi
say "Newsroom $version for https://$domain. To do:"
for step in $todo; do printf '  - %s\n' "$("say_$step")"; done
if [ -n "$dry_run" ]; then
    say "The commands:"
elif [ -z "$yes" ]; then
    [ -t 0 ] || fail "nobody is here to ask; --yes goes on without."
    read -r -p "Go on? Type yes: " answer
    [ "$answer" = yes ] || fail "nothing was changed."
fi
doing="" scratch=""
# shellcheck disable=SC2317  # the trap calls it
leave() { # whatever ends the script: which step it was
    local status=$?
    [ -z "$scratch" ] || rm -rf "$scratch"
    [ "$status" = 0 ] || [ -z "$doing" ] ||
        printf 'install.sh: stopped at: %s. Mend what is said above and run this again; it goes on from there.\n' "$doing" >&2
    exit "$status"
}
trap leave EXIT
trap 'exit 130' INT TERM HUP
for step in $steps; do
    "have_$step" && continue
    doing="$("say_$step")"
    say "* $doing"
    "do_$step"
    doing=""
done
[ -z "$dry_run" ] || { say "Nothing was changed."; exit 0; }

[ -z "$shown_key" ] || say "The key of the backups is above, and in $backup_key. Have you kept a copy elsewhere?"
[ -z "$unfinished" ] || fail "not finished: mend what is said above and run this again."
tell_of_other_code
case "$steps" in packages*) ;; *) change_to_it; exit ;; esac
say "Installed. Look whether all is well: sudo newsroom doctor"
