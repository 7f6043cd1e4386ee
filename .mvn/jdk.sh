# The one place that knows how Latchstring finds a JDK. Sourced by mvnw and latch; POSIX sh.
#
# The newest JDK from 21 on is taken, and 25 before any other because the programs are tuned for it.
# The default `java` of the machine is not asked: on many it is 17 while a newer JDK is installed
# beside it. No JVM is started to ask for its version, and no process either: every JDK has a file
# `release` that says it. LATCHSTRING_JAVA_HOME, where it is set, is used and nothing else.

# Sets jdk (its folder), jdk_major (25) and jdk_version (25.0.3+9-LTS); fails where there is none.
find_jdk() {
  jdk='' jdk_major=0 jdk_version='' jdk_rank=0
  if [ -n "${LATCHSTRING_JAVA_HOME-}" ]; then
    consider_jdk "$LATCHSTRING_JAVA_HOME"
    [ -n "$jdk" ]
    return
  fi
  for jdk_candidate in \
    "${JAVA_HOME-}" \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* \
    /opt/* /opt/java/* /opt/jdk/* \
    /usr/local/lib/jvm/* /usr/local/java/* /usr/local/openjdk* /usr/local/jdk* \
    "${HOME-}"/.sdkman/candidates/java/* \
    "${HOME-}"/.jdks/* "${HOME-}"/.jdks/*/Contents/Home \
    "${HOME-}"/.gradle/jdks/* "${HOME-}"/.gradle/jdks/*/Contents/Home \
    "${ASDF_DATA_DIR:-${HOME-}/.asdf}"/installs/java/* \
    "${MISE_DATA_DIR:-${HOME-}/.local/share/mise}"/installs/java/* \
    "${MISE_DATA_DIR:-${HOME-}/.local/share/mise}"/installs/java/*/Contents/Home \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec \
    /opt/hostedtoolcache/Java_*/*/*; do
    consider_jdk "$jdk_candidate"
  done
  [ -n "$jdk" ]
}

# Takes the folder $1 where it holds a better JDK than the best so far.
consider_jdk() {
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
  jdk_seen='' jdk_seen_runtime='' jdk_implementor=''
  while IFS='=' read -r jdk_key jdk_value || [ -n "$jdk_key" ]; do
    jdk_value=${jdk_value#\"}
    jdk_value=${jdk_value%\"}
    case $jdk_key in
    IMPLEMENTOR) jdk_implementor=$jdk_value ;;
    JAVA_RUNTIME_VERSION) jdk_seen_runtime=$jdk_value ;;
    JAVA_VERSION) jdk_seen=$jdk_value ;;
    esac
    # A shell reads byte by byte: the long lines that follow would cost a millisecond for each JDK.
    [ -z "$jdk_seen" ] || [ -z "$jdk_implementor" ] || [ -z "$jdk_seen_runtime" ] || break
  done <"$1/release"
  # OpenJ9 does not know the JVM options that Latchstring is started with.
  case $jdk_implementor in *IBM* | *'International Business'* | *OpenJ9*) return 0 ;; esac
  jdk_seen_major=${jdk_seen%%[!0-9]*}
  case $jdk_seen_major in '' | ? | ???*) return 0 ;; esac
  [ "$jdk_seen_major" -ge 21 ] || return 0
  jdk_seen_rank=$jdk_seen_major
  [ "$jdk_seen_major" -ne 25 ] || jdk_seen_rank=1000
  if [ "$jdk_seen_rank" -gt "$jdk_rank" ]; then
    jdk=$1 jdk_major=$jdk_seen_major jdk_rank=$jdk_seen_rank
    jdk_version=${jdk_seen_runtime:-$jdk_seen}
  fi
}

# Says on stderr that there is no JDK and what to install. $1 is who speaks: "latch".
explain_no_jdk() {
  if [ -n "${LATCHSTRING_JAVA_HOME-}" ]; then
    echo "$1: LATCHSTRING_JAVA_HOME is $LATCHSTRING_JAVA_HOME, which is not a JDK 21 or newer" >&2
    echo "hint: set it to the folder that holds bin/javac and release, or unset it to search" >&2
    return
  fi
  echo "$1: no JDK 21 or newer on this machine (a JRE without javac is not enough)" >&2
  case $(uname -s 2>/dev/null) in
  Darwin) echo "hint: brew install openjdk@25" >&2 ;;
  Linux)
    if [ -e /etc/alpine-release ]; then
      echo "hint: apk add openjdk25-jdk   (or openjdk21-jdk)" >&2
    elif [ -e /etc/debian_version ]; then
      echo "hint: apt-get install openjdk-25-jdk-headless   (or openjdk-21-jdk-headless)" >&2
      echo "hint: where the distribution has neither, Temurin's packages: https://adoptium.net/installation/linux" >&2
    elif [ -e /etc/redhat-release ] || [ -e /etc/fedora-release ]; then
      echo "hint: dnf install java-25-openjdk-devel   (or java-21-openjdk-devel)" >&2
    elif [ -e /etc/arch-release ]; then
      echo "hint: pacman -S jdk-openjdk" >&2
    else
      echo "hint: install JDK 25 with your package manager" >&2
    fi
    ;;
  esac
  echo "hint: without root: unpack https://adoptium.net/temurin/releases/?version=25 into ~/.jdks" >&2
  echo "hint: a JDK somewhere else is found through JAVA_HOME or LATCHSTRING_JAVA_HOME" >&2
}
