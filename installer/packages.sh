# SPDX-License-Identifier: Apache-2.0
# The system's packages, by Debian 12's names; NAME|OTHER takes the first one the system's index knows (Ubuntu
# 24.04 has the second name for some). Sourced by setup.

# To build and to run.
readonly packages=(
    ca-certificates git python3 python3-pip procps
    g++ cmake ninja-build ccache mold pkg-config
    'qt6-base-dev' 'qt6-svg-dev|libqt6svg6-dev' qt6-base-dev-tools libgl-dev libegl-dev libxkbcommon-dev
    libqcustomplot-dev libyaml-cpp-dev libre2-dev libcurl4-openssl-dev libsqlite3-dev nlohmann-json3-dev libarchive-dev
    libcli11-dev libssl-dev libisal-dev libdeflate-dev libgloo-dev libpng-dev libturbojpeg0-dev
    dataset-fashion-mnist bubblewrap dbus fonts-inter fonts-jetbrains-mono fonts-dejavu-core
)

# For the tests, the gates and the test cluster.
readonly testPackages=(
    clang-14 clang-tidy-14 clang-format-14 clazy libclang-rt-14-dev
    xvfb xauth xdotool imagemagick jq curl openssl python3-venv
    containerd runc containernetworking-plugins iptables iproute2 podman
    docker-registry umoci skopeo busybox-static
    zsh fish debootstrap
)

# For installer/package.
readonly packagePackages=(dpkg-dev patchelf)
