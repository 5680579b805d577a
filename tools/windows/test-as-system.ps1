# Runs the suites of the addon on Windows itself, as LocalSystem: a scheduled task is the way that needs no other program.
# Creates the local accounts that the suites log on, and removes them and the task in the end.
$ErrorActionPreference = 'Stop'

$root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
$accountsFile = Join-Path $root 'build/accounts.json'
$log = Join-Path $root 'build/test-as-system.log'
$exitFile = Join-Path $root 'build/test-as-system.exit'
$batch = Join-Path $root 'build/test-as-system.cmd'
$task = "asuser-test-$PID"

Write-Host "This script runs as $(whoami). The suites run as NT AUTHORITY\SYSTEM in session 0, on the window station of"
Write-Host 'services: they cannot show a window on a desktop that a person sees. The interactive station of session 0 is real.'

function New-Password {
  # Three classes of characters satisfy every default policy.
  'aA1!' + [Convert]::ToHexString([Security.Cryptography.RandomNumberGenerator]::GetBytes(12))
}

New-Item -ItemType Directory -Force (Join-Path $root 'build') | Out-Null
$accounts = @{}
foreach ($name in 'alice', 'bob', 'carol', 'dave') {
  $password = New-Password
  New-LocalUser -Name "asuser-$name" -Password (ConvertTo-SecureString $password -AsPlainText -Force) | Out-Null
  Add-LocalGroupMember -Group 'Users' -Member "asuser-$name"
  $accounts[$name] = @{ user = "asuser-$name"; domain = $env:COMPUTERNAME; password = $password }
}
Disable-LocalUser -Name 'asuser-carol'

try {
  # dave may not log on interactively.
  $policy = Join-Path $root 'build/rights.inf'
  $sid = (Get-LocalUser 'asuser-dave').SID.Value
  secedit /export /cfg $policy /areas USER_RIGHTS | Out-Null
  $text = Get-Content $policy
  if ($text -match '^SeDenyInteractiveLogonRight') {
    $text = $text -replace '^(SeDenyInteractiveLogonRight.*)$', "`$1,*$sid"
  } else {
    $text = $text -replace '^\[Privilege Rights\]$', "[Privilege Rights]`r`nSeDenyInteractiveLogonRight = *$sid"
  }
  Set-Content $policy $text -Encoding Unicode
  secedit /configure /db (Join-Path $root 'build/rights.sdb') /cfg $policy /areas USER_RIGHTS | Out-Null

  $shared = Join-Path $root 'build/shared'
  New-Item -ItemType Directory -Force $shared | Out-Null
  New-SmbShare -Name 'asuser-test' -Path $shared -FullAccess 'Everyone' | Out-Null

  $accounts | ConvertTo-Json | Set-Content $accountsFile
  $node = (Get-Command node).Source
  Set-Content $batch @"
@echo off
set ASUSER_LANE=windows
set ASUSER_ACCOUNTS=$accountsFile
cd /d "$root"
"$node" node_modules/vitest/vitest.mjs run --config vitest.win32.config.ts > "$log" 2>&1
echo %errorlevel% > "$exitFile"
"@
  $action = New-ScheduledTaskAction -Execute 'cmd.exe' -Argument "/c `"$batch`""
  $principal = New-ScheduledTaskPrincipal -UserId 'SYSTEM' -LogonType ServiceAccount -RunLevel Highest
  Register-ScheduledTask -TaskName $task -Action $action -Principal $principal | Out-Null
  Start-ScheduledTask -TaskName $task

  $deadline = (Get-Date).AddMinutes(20)
  while (-not (Test-Path $exitFile)) {
    if ((Get-Date) -gt $deadline) { throw 'The suites did not end within 20 minutes' }
    Start-Sleep -Seconds 2
  }
  Get-Content $log
  $code = [int](Get-Content $exitFile).Trim()
} finally {
  Unregister-ScheduledTask -TaskName $task -Confirm:$false -ErrorAction SilentlyContinue
  Remove-SmbShare -Name 'asuser-test' -Force -ErrorAction SilentlyContinue
  foreach ($name in 'alice', 'bob', 'carol', 'dave') { Remove-LocalUser -Name "asuser-$name" -ErrorAction SilentlyContinue }
  Remove-Item $accountsFile -ErrorAction SilentlyContinue
}
exit $code
