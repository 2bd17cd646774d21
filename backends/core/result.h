// SPDX-License-Identifier: Apache-2.0
// Result<T>: a value or an Error, with the names of std::expected, which this compiler has in C++23 only.
// Any thread; copies when T does. Reading the side that is not there is a broken precondition.
#pragma once

#include "backends/core/error.h"

#include <cassert>
#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

namespace slipway {

template <typename T>
class [[nodiscard]] Result {
public:
    using ValueType = T;

    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    bool hasValue() const { return m_state.index() == 0; }
    explicit operator bool() const { return hasValue(); }

    T& value() & { return assertValue(), *std::get_if<0>(&m_state); }
    const T& value() const& { return assertValue(), *std::get_if<0>(&m_state); }
    T&& value() && { return assertValue(), std::move(*std::get_if<0>(&m_state)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const Error& error() const& { return assert(!hasValue()), *std::get_if<1>(&m_state); }
    Error&& error() && { return assert(!hasValue()), std::move(*std::get_if<1>(&m_state)); }

    T valueOr(T fallback) const& { return hasValue() ? value() : std::move(fallback); }

    // f(value) -> Result<U>; an error passes through.
    template <typename F>
    auto andThen(F&& f) && -> std::invoke_result_t<F, T&&> {
        if (!hasValue()) return std::move(*this).error();
        return std::invoke(std::forward<F>(f), std::move(*this).value());
    }

private:
    void assertValue() const { assert(hasValue()); }
    std::variant<T, Error> m_state;
};

template <>
class [[nodiscard]] Result<void> {
public:
    using ValueType = void;

    Result() = default;
    Result(Error error) : m_error(std::move(error)), m_hasValue(false) {}

    bool hasValue() const { return m_hasValue; }
    explicit operator bool() const { return m_hasValue; }
    const Error& error() const& { return assert(!m_hasValue), m_error; }
    Error&& error() && { return assert(!m_hasValue), std::move(m_error); }

private:
    Error m_error;
    bool m_hasValue = true;
};

}  // namespace slipway

// SLIPWAY_TRY(auto x, f()): x is the value, or the enclosing function returns the error.
#define SLIPWAY_TRY_NAME2(a, b) a##b
#define SLIPWAY_TRY_NAME(a, b) SLIPWAY_TRY_NAME2(a, b)
#define SLIPWAY_TRY_IMPL(name, declaration, expression)   \
    auto name = (expression);                             \
    if (!name.hasValue()) return std::move(name).error(); \
    declaration = std::move(name).value()
#define SLIPWAY_TRY(declaration, ...) \
    SLIPWAY_TRY_IMPL(SLIPWAY_TRY_NAME(tryResult, __LINE__), declaration, (__VA_ARGS__))

// SLIPWAY_CHECK(f()): for Result<void>.
#define SLIPWAY_CHECK(...)                                             \
    do {                                                               \
        if (auto checkResult = (__VA_ARGS__); !checkResult.hasValue()) \
            return std::move(checkResult).error();                     \
    } while (false)
