# Windows: prepare this checkout and start the demo.
#   powershell -ExecutionPolicy Bypass -File scripts\setup.ps1 [-Purpose run|dev] [-NoStart]
# Not yet tried on a real Windows machine: it mirrors scripts/setup.sh, which is. Please report what you see.
param(
    [ValidateSet("run", "dev")] [string]$Purpose = "run",
    [switch]$NoStart
)
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..")
$python = ".venv\Scripts\python.exe"

if (-not (Test-Path $python)) {
    $version = @("3.13", "3.12", "3.11") | Where-Object {
        & py "-$_" -c "import venv" 2>$null
        $LASTEXITCODE -eq 0
    } | Select-Object -First 1
    if (-not $version) { throw "Python 3.11, 3.12 or 3.13 is needed: install it from python.org with the py launcher." }
    & py "-$version" -m venv .venv
    if ($LASTEXITCODE -ne 0) { throw "Could not make .venv." }
}

$lock = "requirements\$Purpose.txt"
$stamp = ".venv\installed-$Purpose.txt"
if (-not (Test-Path $stamp) -or (Get-FileHash $lock).Hash -ne (Get-FileHash $stamp).Hash) {
    & $python -m pip --disable-pip-version-check install -q --require-hashes -r $lock
    if ($LASTEXITCODE -ne 0) { throw "Could not install $lock." }
    Copy-Item $lock $stamp
}

if (-not $NoStart) { & $python -m ui.main --demo; exit $LASTEXITCODE }
