// SPDX-License-Identifier: Apache-2.0
// .npy files as bytes. Header only.
#pragma once

#include <QByteArray>

#include <initializer_list>

// A file as numpy.lib.format writes it: the header is filled with spaces to a multiple of 64 bytes.
inline QByteArray npy(QByteArray dictionary, const QByteArray& values, int version = 1) {
    const qsizetype begin = version == 1 ? 10 : 12;
    dictionary = dictionary.leftJustified((begin + dictionary.size() + 1 + 63) / 64 * 64 - begin - 1) + '\n';
    QByteArray text = QByteArray::fromHex("934e554d5059") + char(version) + '\0';
    for (int shift = 0; shift < (version == 1 ? 16 : 32); shift += 8)
        text += char((dictionary.size() >> shift) & 255);
    return text + dictionary + values;
}

template <typename Value>
QByteArray bytesOf(std::initializer_list<Value> values) {
    QByteArray bytes;
    for (const Value value : values) bytes += QByteArray(reinterpret_cast<const char*>(&value), sizeof value);
    return bytes;
}
